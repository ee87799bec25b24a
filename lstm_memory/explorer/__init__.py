"""The instrument: settings that may change at any time, a training at work, its result."""
