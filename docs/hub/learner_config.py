"""The server of one learner: JupyterLab, nbgitpuller, and nothing that the course does not use."""

c = get_config()  # noqa: F821
c.ServerApp.jpserver_extensions = {
    "nbgitpuller": True,
    "jupyter_lsp": False,
    "jupyter_server_terminals": False,
    "voila.server_extension": False,
}
c.ServerApp.terminals_enabled = False
c.ServerApp.allow_root = (
    True  # where the hub keeps all learners in its own account, and that is root
)
c.LabApp.extension_manager = "readonly"
# A kernel whose notebook is closed ends after half an hour without work.
c.MappingKernelManager.cull_idle_timeout = 1800
