using Bellman.Numerics;

namespace Bellman;

/// <summary>Adds Gaussian noise to a box of floats, clipped to its bounds.</summary>
public sealed class ObservationNoise : StatefulWrapper
{
    private readonly BoxSpace bounds;
    private readonly double deviation;
    private RandomStream random = new(0);

    /// <summary>Adds noise.</summary>
    /// <param name="inner">The environment inside; its observations are a box of floats.</param>
    /// <param name="deviation">Its standard deviation, in the observation's units.</param>
    /// <exception cref="ArgumentException">The observations are something else, or the deviation is negative.</exception>
    public ObservationNoise(IEnvironment inner, double deviation)
        : base(inner)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(deviation);
        bounds = RowCopies.FloatBox(Inner.ObservationSpace, nameof(ObservationNoise), "observations");
        this.deviation = deviation;
    }

    /// <inheritdoc/>
    public override void Reset(RandomStream random, RowWriter observation)
    {
        this.random = random;
        Inner.Reset(random, observation);
        Disturb(observation.Floats);
    }

    /// <inheritdoc/>
    public override StepResult Step(RowReader action, RowWriter observation)
    {
        var result = Inner.Step(action, observation);
        Disturb(observation.Floats);
        return result;
    }

    private void Disturb(Span<float> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = Math.Clamp((float)(values[i] + random.Normal(0, deviation)), bounds.Low[i], bounds.High[i]);
        }
    }
}
