using static Bellman.Numerics.Tests.Twins;

namespace Bellman.Numerics.Tests;

/// <summary>Fused LSTM and GRU against their equations, step by step, in double precision.</summary>
[Trait("Category", "Kernels")]
public sealed class RecurrenceTests
{
    private static readonly float[] SomeResets = [0, 1, 0, 0, 0, 0, 1, 0, 1];

    [Theory]
    [InlineData(1, 2, 3, false)]
    [InlineData(3, 3, 2, true)]
    [InlineData(3, 3, 2, false)]
    [InlineData(2, 2, 17, false)]
    public void Lstm_EqualsItsDoubleTwin(int steps, int batch, int width, bool resets) =>
        GradientCheck.Run(
            [(steps, batch, 4 * width), (batch, width), (batch, width), (width, 4 * width)],
            x =>
            {
                var (outputs, hidden, cell) = Tensor.Lstm(x[0], x[1], x[2], x[3], resets ? x[0].Tape.Input(SomeResets, (steps, batch)) : null);
                return Tensor.Concatenate(outputs.Reshape(outputs.Count), hidden.Reshape(hidden.Count), cell.Reshape(cell.Count));
            },
            x => LstmTwin(x[0], x[1], x[2], x[3], steps, batch, width, resets ? SomeResets : null));

    [Theory]
    [InlineData(1, 2, 3, false)]
    [InlineData(3, 3, 2, true)]
    [InlineData(3, 3, 2, false)]
    [InlineData(2, 2, 17, false)]
    public void Gru_EqualsItsDoubleTwin(int steps, int batch, int width, bool resets) =>
        GradientCheck.Run(
            [(steps, batch, 3 * width), (batch, width), (width, 3 * width), 3 * width],
            x =>
            {
                var (outputs, hidden) = Tensor.Gru(x[0], x[1], x[2], x[3], resets ? x[0].Tape.Input(SomeResets, (steps, batch)) : null);
                return Tensor.Concatenate(outputs.Reshape(outputs.Count), hidden.Reshape(hidden.Count));
            },
            x => GruTwin(x[0], x[1], x[2], x[3], steps, batch, width, resets ? SomeResets : null));

    [Fact]
    public void ShapesThatDoNotFit_AreNamed()
    {
        using var tape = new Tape();
        Tensor gates = tape.Fill(0, (3, 2, 20)), state = tape.Fill(0, (2, 5)), weight = tape.Fill(0, (5, 20));
        Assert.Contains("[3, 2]", Assert.Throws<ArgumentException>(() => Tensor.Lstm(gates, state, state, weight, tape.Fill(0, (2, 3)))).Message);
        Assert.Contains("A GRU of width n", Assert.Throws<ArgumentException>(() => Tensor.Gru(gates, state, weight, tape.Fill(0, 15))).Message);
        Assert.Contains("cell", Assert.Throws<ArgumentException>(() => Tensor.Lstm(gates, state, gates, weight)).Message);
    }

    private static double[] LstmTwin(double[] gates, double[] hidden, double[] cell, double[] weight, int steps, int batch, int width, float[]? resets)
    {
        var (h, c, outputs) = (hidden.ToArray(), cell.ToArray(), new List<double>());
        for (var t = 0; t < steps; t++)
        {
            for (var i = 0; i < h.Length; i++)
            {
                (h[i], c[i]) = resets?[(t * batch) + (i / width)] == 1 ? (0, 0) : (h[i], c[i]);
            }

            var sums = Product(h, weight, batch, width, 4 * width);
            for (var i = 0; i < h.Length; i++)
            {
                double Gate(int part) => sums[At(part)] + gates[(t * batch * 4 * width) + At(part)];
                int At(int part) => (i / width * 4 * width) + (part * width) + (i % width);
                c[i] = (Sigmoid(Gate(1)) * c[i]) + (Sigmoid(Gate(0)) * Math.Tanh(Gate(2)));
                h[i] = Sigmoid(Gate(3)) * Math.Tanh(c[i]);
            }

            outputs.AddRange(h);
        }

        return [.. outputs, .. h, .. c];
    }

    private static double[] GruTwin(double[] gates, double[] hidden, double[] weight, double[] bias, int steps, int batch, int width, float[]? resets)
    {
        var (h, outputs) = (hidden.ToArray(), new List<double>());
        for (var t = 0; t < steps; t++)
        {
            for (var i = 0; i < h.Length; i++)
            {
                h[i] = resets?[(t * batch) + (i / width)] == 1 ? 0 : h[i];
            }

            var sums = Product(h, weight, batch, width, 3 * width);
            for (var i = 0; i < h.Length; i++)
            {
                double State(int part) => sums[At(part)] + bias[(part * width) + (i % width)];
                double Input(int part) => gates[(t * batch * 3 * width) + At(part)];
                int At(int part) => (i / width * 3 * width) + (part * width) + (i % width);
                var candidate = Math.Tanh(Input(2) + (Sigmoid(Input(0) + State(0)) * State(2)));
                var update = Sigmoid(Input(1) + State(1));
                h[i] = ((1 - update) * candidate) + (update * h[i]);
            }

            outputs.AddRange(h);
        }

        return [.. outputs, .. h];
    }
}
