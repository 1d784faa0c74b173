using Bellman.Numerics;

namespace Bellman.Tests;

/// <summary>Generalized state-dependent exploration: what it draws and what it says of it.</summary>
public sealed class StateDependentGaussianTests
{
    private static readonly float[] Features = [0.5f, -1.2f, 0.8f, 0, 0, 0];
    private static readonly float[] Means = [0.3f, -0.4f, 1, 2];

    private static readonly StateDependentGaussianDistribution Distribution = new(features: 3, length: 2, logStandardDeviation: -0.5);

    [Fact]
    public void LogProbability_IsThatOfANormalWithVarianceFromSquaredFeatures()
    {
        using var tape = new Tape();
        var actions = new Rows(new BoxSpace(-9, 9, 2).Layout, 2);
        ((ReadOnlySpan<float>)[0.1f, 0.9f, 1.001f, 1.999f]).CopyTo(actions.Floats());
        var (logProbability, entropy) = Distribution.Evaluate(Input(tape), actions);
        for (var row = 0; row < 2; row++)
        {
            double[] squares = [.. Features.Skip(row * 3).Take(3).Select(x => (double)x * x)];
            var logDeviation = 0.5 * Math.Log((squares.Sum() * Math.Exp(-1)) + 1e-6);
            double[] means = [Means[row * 2], Means[(row * 2) + 1]], drawn = [actions.Floats()[row * 2], actions.Floats()[(row * 2) + 1]];
            Reference.Close(DiagonalGaussianFormulas.LogProbability<double>(means, [logDeviation, logDeviation], drawn), logProbability.Values[row], 1e-4);
            Reference.Close(DiagonalGaussianFormulas.Entropy<double>([logDeviation, logDeviation]), entropy.Values[row], 1e-5);
        }
    }

    [Fact]
    public void Noise_StaysTheSame_BetweenResamplings()
    {
        using var tape = new Tape();
        var random = new SplittableRandom(7);
        var noise = new float[2 * Distribution.NoiseLength];
        Distribution.ResampleNoise(random, noise.AsSpan(0, 6));
        Distribution.ResampleNoise(random, noise.AsSpan(6, 6));
        var first = Draw(tape, noise, random);
        Assert.Equal(first, Draw(tape, noise, random));

        Distribution.ResampleNoise(random, noise.AsSpan(0, 6));
        Assert.NotEqual(first[..2], Draw(tape, noise, random)[..2]);

        // Without features there is no noise.
        Assert.Equal(Means[2..], first[2..]);
    }

    [Fact]
    public void Noise_IsFeaturesTimesTheDrawnMatrix()
    {
        using var tape = new Tape();
        float[] noise = [1, 2, 3, 4, 5, 6, 0, 0, 0, 0, 0, 0];
        var drawn = Draw(tape, noise, new SplittableRandom(1));
        Reference.Close([0.3 + 0.5 - 3.6 + 4, -0.4 + 1 - 4.8 + 4.8], drawn.AsSpan(0, 2), 1e-6);
    }

    [Fact]
    public void Noise_HasTheDeviationOfItsWeights()
    {
        var random = new SplittableRandom(5);
        var noise = new float[Distribution.NoiseLength];
        var (squares, count) = (0.0, 0);
        for (; count < 20_000; count += noise.Length)
        {
            Distribution.ResampleNoise(random, noise);
            squares += noise.Sum(x => (double)x * x);
        }

        Assert.InRange(squares / count, Math.Exp(-1) * (1 - (4 * Math.Sqrt(2.0 / count))), Math.Exp(-1) * (1 + (4 * Math.Sqrt(2.0 / count))));
    }

    [Fact]
    public void Exploration_DoesNotShapeTheFeatures()
    {
        using var tape = new Tape();
        var features = new Parameter("features", (2, 3));
        features.CopyFrom(Features);
        var optimizer = new Sgd([features], 1);
        var actions = new Rows(new BoxSpace(-9, 9, 2).Layout, 2);

        // The sum that is added has the gradient 1 everywhere; the distribution must add nothing to that.
        var (logProbability, entropy) = Distribution.Evaluate(new DistributionInput(tape.Input(Means, (2, 2)), tape.Use(features), null), actions);
        optimizer.Backward((logProbability + entropy + tape.Use(features).SumLast()).Sum());
        Assert.All(features.Gradient.ToArray(), gradient => Assert.Equal(1, gradient));
    }

    private static DistributionInput Input(Tape tape) => new(tape.Input(Means, (2, 2)), tape.Input(Features, (2, 3)), null);

    private static float[] Draw(Tape tape, float[] noise, SplittableRandom random)
    {
        var actions = new Rows(new BoxSpace(-9, 9, 2).Layout, 2);
        Distribution.Sample(Input(tape), noise, random, actions);
        return actions.Floats().ToArray();
    }
}
