using Bellman.Numerics;

namespace Bellman.Testing.Tests;

/// <summary>The gradient assertions pass on what is right and name what is wrong.</summary>
public sealed class GradientAssertTests
{
    private static readonly float[] Observations = [.. Enumerable.Range(0, 24).Select(i => MathF.Sin(i * 0.7f))];

    [Theory]
    [InlineData(Activation.Tanh)]
    [InlineData(Activation.Relu)]
    [InlineData(Activation.Gelu)]
    public void Network_AgreesWithItsDifferences(Activation activation)
    {
        var network = new Mlp("network", 4, [16, 16], 3, activation, Initializer.Orthogonal(1), Initializer.Orthogonal(1), new SplittableRandom(3));
        var before = network.Parameters.SelectMany(parameter => parameter.Values.ToArray()).ToArray();
        GradientAssert.Function(network.Parameters, tape => network.Forward(tape.Input(Observations, (6, 4))));
        Assert.Equal(before, network.Parameters.SelectMany(parameter => parameter.Values.ToArray()));
    }

    [Fact]
    public void Operation_AgreesWithItsTwin() =>
        GradientAssert.Operation([(3, 4), (3, 4)], t => t[0].Tanh() * t[1], x => [.. x[0].Zip(x[1], (a, b) => Math.Tanh(a) * b)]);

    [Fact]
    public void Domain_KeepsInputsWhereTheOperationIsDefined() =>
        GradientAssert.Operation([5], t => t[0].Log(), x => [.. x[0].Select(v => Math.Log(v))], new GradientCheckSettings { Domain = x => Math.Abs(x) + 0.5 });

    [Fact]
    public void WrongForward_IsNamed()
    {
        var thrown = Assert.Throws<BellmanAssertionException>(() => GradientAssert.Operation([4], t => t[0].Tanh(), x => [.. x[0].Select(Math.Sinh)]));
        Assert.Contains("the forward value, element 0", thrown.Message);
    }

    [Fact]
    public void WrongGradient_IsNamed_ByTwinAndByDifferences()
    {
        var parameter = new Parameter("weights", 4);
        parameter.CopyFrom([0.5f, -1, 2, 3]);
        var thrown = Assert.Throws<BellmanAssertionException>(() => GradientAssert.Function([parameter], tape => tape.Custom(Square(1.9f), parameter.Count, tape.Use(parameter))));
        Assert.Contains("the gradient towards 'weights', entry 0", thrown.Message);
        thrown = Assert.Throws<BellmanAssertionException>(() => GradientAssert.Operation([4], t => t[0].Tape.Custom(Square(1.9f), 4, t[0]), x => [.. x[0].Select(v => v * v)]));
        Assert.Contains("the gradient towards input 0", thrown.Message);
    }

    [Fact]
    public void WrongTangent_IsNamed_UnlessTangentsAreLeftOut()
    {
        var parameter = new Parameter("weights", 4);
        parameter.CopyFrom([0.5f, -1, 2, 3]);
        Tensor Compute(Tape tape) => tape.Custom(Square(2, tangentSlope: 3), 4, tape.Use(parameter));
        var thrown = Assert.Throws<BellmanAssertionException>(() => GradientAssert.Function([parameter], Compute));
        Assert.Contains("the tangent along direction 0", thrown.Message);
        GradientAssert.Function([parameter], Compute, new GradientCheckSettings { Tangents = false });
    }

    // x², whose slope is 2x where it is right.
    private static CustomOperation Square(float slope, float tangentSlope = 2) => new(
        "Square",
        values =>
        {
            for (var i = 0; i < values.Output.Length; i++)
            {
                values.Output[i] = values.Input(0)[i] * values.Input(0)[i];
            }
        },
        flow =>
        {
            for (var i = 0; i < flow.Output.Length; i++)
            {
                flow.InputGradient(0)[i] += slope * flow.Input(0)[i] * flow.OutputGradient[i];
            }
        },
        moves => moves.Tangent(0) * (tangentSlope * moves.Input(0)));
}
