using Bellman.Numerics;

namespace Bellman;

/// <summary>Independent normal variables whose standard deviations are weights of their own, the same in every state. For boxes of floats.</summary>
public sealed class DiagonalGaussianDistribution : Distribution
{
    private static readonly float HalfLogTwoPi = 0.5f * MathF.Log(MathF.Tau);

    private readonly int length;
    private readonly int leaf;
    private readonly Parameter logStandardDeviation;

    /// <summary>A distribution over so many variables.</summary>
    /// <param name="length">How many variables.</param>
    /// <param name="logStandardDeviation">Where the log of each standard deviation starts.</param>
    /// <param name="leaf">Which leaf of the action it draws.</param>
    public DiagonalGaussianDistribution(int length, double logStandardDeviation = 0, int leaf = 0)
    {
        this.length = length;
        this.leaf = leaf;
        this.logStandardDeviation = new Parameter(leaf == 0 ? "log_std" : $"log_std.{leaf}", length);
        var start = new float[length];
        start.AsSpan().Fill((float)logStandardDeviation);
        this.logStandardDeviation.CopyFrom(start);
        Parameters = [this.logStandardDeviation];
    }

    /// <inheritdoc/>
    public override int ParameterCount => length;

    /// <inheritdoc/>
    public override IReadOnlyList<Parameter> Parameters { get; }

    /// <inheritdoc/>
    public override (Tensor LogProbability, Tensor Entropy) Evaluate(in DistributionInput input, Rows actions)
    {
        ArgumentNullException.ThrowIfNull(actions);
        var mean = input.Parameters;
        var logDeviation = mean.Tape.Use(logStandardDeviation);
        var logProbability = LogProbability(mean, logDeviation, mean.Tape.Input(actions.Floats(leaf)[..mean.Count], mean.Shape));

        // Σ (½ + ½·log 2π + log σ), the same for every row.
        var entropy = (logDeviation + (0.5f + HalfLogTwoPi)).Sum() + mean.Tape.Fill(0, mean.Shape[0]);
        return (logProbability, entropy);
    }

    /// <inheritdoc/>
    public override Tensor Sample(in DistributionInput input, ReadOnlySpan<float> noise, SplittableRandom random, Rows actions)
    {
        ArgumentNullException.ThrowIfNull(random);
        ArgumentNullException.ThrowIfNull(actions);
        var mean = input.Parameters;
        var logDeviation = mean.Tape.Use(logStandardDeviation);
        var draws = mean.Tape.Input(mean.Shape, out var values);
        random.Normal(values);
        var drawn = mean + (draws * logDeviation.Exp());
        drawn.CopyTo(actions.Floats(leaf));
        return LogProbability(mean, logDeviation, drawn);
    }

    /// <inheritdoc/>
    public override void Mode(in DistributionInput input, Rows actions)
    {
        ArgumentNullException.ThrowIfNull(actions);
        input.Parameters.CopyTo(actions.Floats(leaf));
    }

    private static Tensor LogProbability(Tensor mean, Tensor logDeviation, Tensor action)
    {
        var z = (action - mean) * (-logDeviation).Exp();
        return ((-0.5f * z.Square()) - (logDeviation + HalfLogTwoPi)).SumLast();
    }
}

/// <summary>
/// Generalized state-dependent exploration (Raffin, Kober and Stulp 2021, arXiv:2005.05719): the noise of an action is a linear function of the network's features,
/// ε(s) = features·θ with θ ~ N(0, σ²) drawn only now and then, so that exploration is smooth between draws.
/// </summary>
public sealed class StateDependentGaussianDistribution : Distribution
{
    // Keeps the variance off zero where all features vanish.
    private const float Epsilon = 1e-6f;

    private static readonly float HalfLogTwoPi = 0.5f * MathF.Log(MathF.Tau);

    private readonly int features;
    private readonly int length;
    private readonly int leaf;
    private readonly Parameter logStandardDeviation;

    /// <summary>A distribution over so many variables, with noise made from so many features.</summary>
    /// <param name="features">Width of the last hidden layer.</param>
    /// <param name="length">How many variables.</param>
    /// <param name="logStandardDeviation">Where the log of each entry of σ, <c>[features, variables]</c>, starts.</param>
    /// <param name="leaf">Which leaf of the action it draws.</param>
    public StateDependentGaussianDistribution(int features, int length, double logStandardDeviation = 0, int leaf = 0)
    {
        this.features = features;
        this.length = length;
        this.leaf = leaf;
        this.logStandardDeviation = new Parameter(leaf == 0 ? "log_std" : $"log_std.{leaf}", (features, length));
        var start = new float[features * length];
        start.AsSpan().Fill((float)logStandardDeviation);
        this.logStandardDeviation.CopyFrom(start);
        Parameters = [this.logStandardDeviation];
    }

    /// <inheritdoc/>
    public override int ParameterCount => length;

    /// <inheritdoc/>
    public override int NoiseLength => features * length;

    /// <inheritdoc/>
    public override IReadOnlyList<Parameter> Parameters { get; }

    /// <inheritdoc/>
    public override (Tensor LogProbability, Tensor Entropy) Evaluate(in DistributionInput input, Rows actions)
    {
        ArgumentNullException.ThrowIfNull(actions);
        var mean = input.Parameters;
        var variance = Variance(input);
        var logProbability = LogProbability(mean, variance, mean.Tape.Input(actions.Floats(leaf)[..mean.Count], mean.Shape));
        return (logProbability, ((0.5f * variance.Log()) + (0.5f + HalfLogTwoPi)).SumLast());
    }

    /// <inheritdoc/>
    public override Tensor Sample(in DistributionInput input, ReadOnlySpan<float> noise, SplittableRandom random, Rows actions)
    {
        ArgumentNullException.ThrowIfNull(actions);
        var mean = input.Parameters;
        var values = input.Features.Values;
        var into = actions.Floats(leaf);
        var means = mean.Values;
        for (var row = 0; row < means.Length / length; row++)
        {
            for (var action = 0; action < length; action++)
            {
                var sum = 0f;
                for (var feature = 0; feature < features; feature++)
                {
                    sum += values[(row * features) + feature] * noise[(row * NoiseLength) + (feature * length) + action];
                }

                into[(row * length) + action] = means[(row * length) + action] + sum;
            }
        }

        return LogProbability(mean, Variance(input), mean.Tape.Input(into[..mean.Count], mean.Shape));
    }

    /// <inheritdoc/>
    public override void Mode(in DistributionInput input, Rows actions)
    {
        ArgumentNullException.ThrowIfNull(actions);
        input.Parameters.CopyTo(actions.Floats(leaf));
    }

    /// <inheritdoc/>
    public override void ResampleNoise(SplittableRandom random, Span<float> noise)
    {
        ArgumentNullException.ThrowIfNull(random);
        random.Normal(noise);
        var logDeviations = logStandardDeviation.Values;
        for (var i = 0; i < noise.Length; i++)
        {
            noise[i] *= MathF.Exp(logDeviations[i]);
        }
    }

    // The features are detached: exploration noise must not shape them.
    private Tensor Variance(in DistributionInput input)
    {
        var deviation = input.Parameters.Tape.Use(logStandardDeviation).Exp();
        return input.Features.Detach().Square().MatMul(deviation.Square()) + Epsilon;
    }

    private static Tensor LogProbability(Tensor mean, Tensor variance, Tensor action) =>
        ((-0.5f * ((action - mean).Square() / variance)) - ((0.5f * variance.Log()) + HalfLogTwoPi)).SumLast();
}
