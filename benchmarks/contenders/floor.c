/* The floor: the same training by hand in C11, on one core; `train` is at the end. */

#include <math.h>
#include <stdlib.h>
#include <string.h>

static int F, U, T;    /* symbols, neurons, time steps of one update */
static float *gates;   /* (T, 4U): i, f, g, o */
static float *h, *c;   /* (T+1, U): states, the first one from before the update */
static float *tanh_c;  /* (T, U) */
static float *logits;  /* (T, F), then the gradient of the loss by them */
static float *dz, *dh, *dc;

typedef struct {
    float *kernel, *recurrent, *bias, *out_kernel, *out_bias;
} Weights;

static Weights parts(float *w)
{
    float *recurrent = w + F * 4 * U, *bias = recurrent + U * 4 * U, *out_kernel = bias + 4 * U;
    return (Weights){w, recurrent, bias, out_kernel, out_kernel + U * F};
}

static float sigmoid(float z) { return 1 / (1 + expf(-z)); }

/* y += factor * x */
static void add(float *restrict y, float factor, const float *restrict x, int n)
{
    for (int k = 0; k < n; k++)
        y[k] += factor * x[k];
}

static float dot(const float *restrict x, const float *restrict y, int n)
{
    float sum = 0;
    for (int k = 0; k < n; k++)
        sum += x[k] * y[k];
    return sum;
}

static float forward(Weights w, const int *inputs, const int *targets)
{
    float loss = 0;
    for (int t = 0; t < T; t++) {
        float *z = gates + t * 4 * U, *out = logits + t * F;
        float *h0 = h + t * U, *c0 = c + t * U, *h1 = h0 + U, *c1 = c0 + U, *tc = tanh_c + t * U;
        for (int j = 0; j < 4 * U; j++)
            z[j] = w.bias[j] + w.kernel[inputs[t] * 4 * U + j];
        for (int u = 0; u < U; u++)
            add(z, h0[u], w.recurrent + u * 4 * U, 4 * U);
        for (int j = 0; j < 2 * U; j++)
            z[j] = sigmoid(z[j]);
        for (int j = 2 * U; j < 3 * U; j++)
            z[j] = tanhf(z[j]);
        for (int j = 3 * U; j < 4 * U; j++)
            z[j] = sigmoid(z[j]);
        for (int u = 0; u < U; u++) {
            c1[u] = z[U + u] * c0[u] + z[u] * z[2 * U + u];
            tc[u] = tanhf(c1[u]);
            h1[u] = z[3 * U + u] * tc[u];
        }
        memcpy(out, w.out_bias, F * sizeof *out);
        for (int u = 0; u < U; u++)
            add(out, h1[u], w.out_kernel + u * F, F);
        for (int k = 0; k < F; k++) {
            float right = k == targets[t];
            loss += fmaxf(out[k], 0) - right * out[k] + log1pf(expf(-fabsf(out[k])));
            out[k] = (sigmoid(out[k]) - right) / (F * T);
        }
    }
    return loss / (F * T);
}

static void backward(Weights w, Weights g, const int *inputs)
{
    memset(dh, 0, U * sizeof *dh);
    memset(dc, 0, U * sizeof *dc);
    for (int t = T - 1; t >= 0; t--) {
        float *i = gates + t * 4 * U, *f = i + U, *n = f + U, *o = n + U, *out = logits + t * F;
        float *h0 = h + t * U, *c0 = c + t * U, *h1 = h0 + U, *tc = tanh_c + t * U;
        add(g.out_bias, 1, out, F);
        for (int u = 0; u < U; u++) {
            add(g.out_kernel + u * F, h1[u], out, F);
            dh[u] += dot(w.out_kernel + u * F, out, F);
        }
        for (int u = 0; u < U; u++) {
            dc[u] += dh[u] * o[u] * (1 - tc[u] * tc[u]);
            dz[u] = dc[u] * n[u] * i[u] * (1 - i[u]);
            dz[U + u] = dc[u] * c0[u] * f[u] * (1 - f[u]);
            dz[2 * U + u] = dc[u] * i[u] * (1 - n[u] * n[u]);
            dz[3 * U + u] = dh[u] * tc[u] * o[u] * (1 - o[u]);
            dc[u] *= f[u];
        }
        add(g.bias, 1, dz, 4 * U);
        add(g.kernel + inputs[t] * 4 * U, 1, dz, 4 * U);
        for (int u = 0; u < U; u++) {
            add(g.recurrent + u * 4 * U, h0[u], dz, 4 * U);
            dh[u] = t ? dot(w.recurrent + u * 4 * U, dz, 4 * U) : 0;
        }
    }
}

static void adam(float *restrict w, float *restrict m, float *restrict v,
                 const float *restrict g, int n, float alpha)
{
    for (int k = 0; k < n; k++) {
        m[k] += (g[k] - m[k]) * 0.1f;
        v[k] += (g[k] * g[k] - v[k]) * 0.001f;
        w[k] -= alpha * m[k] / (sqrtf(v[k]) + 1e-7f);
    }
}

/* zeros, at an address that suits the widest vectors: a tenth faster than calloc */
static float *room(int count)
{
    size_t size = (count * sizeof(float) + 63) / 64 * 64;
    return memset(aligned_alloc(64, size), 0, size);
}

/* inputs, targets, carry: for each update of an epoch, T symbols, T symbols, and whether to
   keep the state. w: for each model kernel, recurrent kernel, bias, output kernel, output
   bias, in the order and shapes of Keras; it is changed. losses: (models, epochs, updates). */
void train(int symbols, int neurons, int models, int epochs, int updates, int steps, float rate,
           const int *inputs, const int *targets, const float *carry, float *w, float *losses)
{
    F = symbols, U = neurons, T = steps;
    int P = (F + U + 1) * 4 * U + (U + 1) * F;
    float *m = room(P), *v = room(P), *g = room(P);
    gates = room(T * 4 * U), tanh_c = room(T * U), logits = room(T * F);
    h = room((T + 1) * U), c = room((T + 1) * U);
    dz = room(4 * U), dh = room(U), dc = room(U);

    for (int model = 0; model < models; model++, w += P) {
        memset(m, 0, P * sizeof *m);
        memset(v, 0, P * sizeof *v);
        for (int n = 0; n < epochs * updates; n++) {
            int k = n % updates;
            for (int u = 0; u < U; u++) {
                h[u] = carry[k] ? h[T * U + u] : 0;
                c[u] = carry[k] ? c[T * U + u] : 0;
            }
            *losses++ = forward(parts(w), inputs + k * T, targets + k * T);
            memset(g, 0, P * sizeof *g);
            backward(parts(w), parts(g), inputs + k * T);
            double alpha = rate * sqrt(1 - pow(0.999, n + 1)) / (1 - pow(0.9, n + 1));
            adam(w, m, v, g, P, (float)alpha);
        }
    }
    float *rooms[] = {m, v, g, gates, tanh_c, logits, h, c, dz, dh, dc};
    for (int k = 0; k < 11; k++)
        free(rooms[k]);
}
