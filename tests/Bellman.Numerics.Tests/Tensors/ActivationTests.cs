namespace Bellman.Numerics.Tests;

/// <summary>The gated activations and the Huber loss, against their twins in double precision.</summary>
[Trait("Category", "Kernels")]
public sealed class ActivationTests
{
    public static TheoryData<string> Names => [.. Cases.Keys];

    private static readonly Dictionary<string, (Func<Tensor, Tensor> Operation, Func<double, double> Twin)> Cases = new()
    {
        ["Gelu"] = (x => x.Gelu(), x => x * (1 + Twins.Erf(x / Math.Sqrt(2))) / 2),
        ["GeluTanh"] = (x => x.GeluTanh(), x => x * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + (0.044715 * x * x * x)))) / 2),
        ["Silu"] = (x => x.Silu(), x => x / (1 + Math.Exp(-x))),
        ["Elu"] = (x => x.Elu(), x => x > 0 ? x : Math.Exp(x) - 1),
        ["Huber"] = (x => x.Huber(0.7f), x => Math.Abs(x) <= 0.7f ? x * x / 2 : 0.7f * (Math.Abs(x) - (0.7f / 2))),
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void Operation_EqualsItsDoubleTwin_ForwardAndBackward(string name)
    {
        var (operation, twin) = Cases[name];
        GradientCheck.Run([(5, 7)], x => operation(x[0]), x => [.. x[0].Select(twin)]);
    }

    [Theory]
    [InlineData(Activation.Elu)]
    [InlineData(Activation.Silu)]
    [InlineData(Activation.Gelu)]
    [InlineData(Activation.GeluTanh)]
    public void LinearLayer_AppliesTheActivation(Activation activation)
    {
        var layer = new Linear("layer", 6, 5, activation, Initializer.UniformFanIn(), new SplittableRandom(1));
        using var tape = new Tape();
        var x = tape.Input([.. Enumerable.Range(0, 24).Select(i => MathF.Sin(i))], (4, 6));
        Assert.Equal(Tensor.Linear(x, layer.Weight, layer.Bias).Activate(activation).Values, layer.Forward(x).Values);
    }

    [Fact]
    public void ExponentialMinusOne_KeepsItsDigitsNearZero()
    {
        using var tape = new Tape();
        float[] x = [-1e-30f, -1e-7f, -1e-3f, -0.1f, -0.3f, -0.4f, -2, -20, -200, 0];
        var y = tape.Input(x, x.Length).Elu().Values;
        for (var i = 0; i < x.Length - 1; i++)
        {
            var exact = ExpMinusOne(x[i]);
            Assert.True(Math.Abs(y[i] - exact) <= 3e-7 * Math.Abs(exact), $"elu({x[i]:R}): expected {exact:R}, got {y[i]:R}");
        }

        Assert.Equal(0, y[^1]);
    }

    // Its series near 0, where the difference would cancel.
    private static double ExpMinusOne(double x)
    {
        double term = x, sum = x;
        for (var n = 2; n < 20 && Math.Abs(x) < 1; n++)
        {
            term *= x / n;
            sum += term;
        }

        return Math.Abs(x) < 1 ? sum : Math.Exp(x) - 1;
    }
}
