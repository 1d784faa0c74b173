namespace Bellman.Numerics.Tests;

public sealed class CustomOperationTests
{
    // a³·b, element by element, with spans alone.
    private static readonly CustomOperation CubeTimes = new(
        "CubeTimes",
        values =>
        {
            var output = values.Output;
            for (var i = 0; i < output.Length; i++)
            {
                output[i] = values.Input(0)[i] * values.Input(0)[i] * values.Input(0)[i] * values.Input(1)[i];
            }
        },
        flow =>
        {
            Span<float> towardsA = flow.InputGradient(0), towardsB = flow.InputGradient(1);
            for (var i = 0; i < flow.Output.Length; i++)
            {
                var (a, b, gradient) = (flow.Input(0)[i], flow.Input(1)[i], flow.OutputGradient[i]);
                if (!towardsA.IsEmpty)
                {
                    towardsA[i] += 3 * a * a * b * gradient;
                }

                if (!towardsB.IsEmpty)
                {
                    towardsB[i] += a * a * a * gradient;
                }
            }
        },
        moves =>
        {
            var square = moves.Input(0).Square();
            var first = moves.Tangent(0) * (3 * square * moves.Input(1));
            var second = moves.Tangent(1) * (square * moves.Input(0));
            return first is null ? second : second is null ? first : first + second;
        });

    [Fact]
    public void OperationFromOutside_EqualsItsDoubleTwin_ForwardBackwardAndTangent() => GradientCheck.Run(
        [(3, 5), (3, 5)],
        x => x[0].Tape.Custom(CubeTimes, (3, 5), x[0], x[1]),
        x => [.. x[0].Zip(x[1], (a, b) => a * a * a * b)]);

    [Fact]
    public void SameInputTwice_AddsUp() => GradientCheck.Run([7], x => x[0].Tape.Custom(CubeTimes, 7, x[0], x[0]), x => [.. x[0].Select(a => a * a * a * a)]);

    [Fact]
    public void InputThatNobodyDifferentiatesTowards_HasNoGradient()
    {
        var parameter = new Parameter("b", 2);
        var optimizer = new Sgd([parameter], 0);
        using var tape = new Tape();
        optimizer.Backward(tape.Custom(CubeTimes, 2, tape.Input([2, 3], 2), tape.Use(parameter)).Sum());
        Assert.Equal([8, 27], parameter.Gradient.ToArray());
    }

    [Fact]
    public void OperationWithoutTangent_IsNamed()
    {
        var plain = new CustomOperation("Plain", values => values.Input(0).CopyTo(values.Output), flow => flow.InputGradient(0)[0] += flow.OutputGradient[0]);
        using var tape = new Tape();
        var x = tape.Fill(2, 1);
        var y = tape.Custom(plain, 1, x);
        Assert.Equal(1, y.Gradient(x).Item);
        Assert.Contains("Plain", Assert.Throws<NotSupportedException>(() => y.JacobianVector(x, x)).Message);
        Assert.Contains("Plain has 1 inputs", Assert.Throws<ArgumentOutOfRangeException>(() => tape.Custom(new CustomOperation("Plain", values => values.Input(1), _ => { }), 1, x)).Message);
    }

    [Fact]
    public void InputOfAnotherTape_IsRefused()
    {
        using Tape tape = new(), other = new();
        Assert.Throws<ArgumentException>(() => tape.Custom(CubeTimes, 1, tape.Fill(1, 1), other.Fill(1, 1)));
    }
}
