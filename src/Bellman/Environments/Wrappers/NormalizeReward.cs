using Bellman.Numerics;

namespace Bellman;

/// <summary>Divides rewards by the deviation of their running discounted sum, clipped to ±10. Agents can do this themselves; the wrapper is for those that cannot.</summary>
/// <param name="inner">The environment inside.</param>
/// <param name="gamma">The discount of the sum, in [0, 1].</param>
public sealed class NormalizeReward(IEnvironment inner, double gamma = 0.99) : StatefulWrapper(inner)
{
    private readonly double gamma = gamma is >= 0 and <= 1 ? gamma : throw new ArgumentOutOfRangeException(nameof(gamma), gamma, "A discount lies in [0, 1].");
    private readonly RunningMoments moments = new(1);
    private double sum;

    /// <summary>Whether rewards change the statistics; false in evaluation.</summary>
    public bool Updates { get; set; } = true;

    /// <inheritdoc/>
    public override void Reset(RandomStream random, RowWriter observation)
    {
        sum = 0;
        Inner.Reset(random, observation);
    }

    /// <inheritdoc/>
    public override StepResult Step(RowReader action, RowWriter observation)
    {
        var result = Inner.Step(action, observation);
        if (Updates)
        {
            sum = (sum * gamma) + result.Reward;
            moments.Add(0, sum);
            moments.Count();
        }

        return result with { Reward = Math.Clamp(result.Reward / moments.Deviation(0), -10, 10) };
    }

    /// <inheritdoc/>
    public override bool Withdraws(Type capability) => capability == typeof(IGoal) || capability == typeof(IFiniteMdp) || base.Withdraws(capability);

    /// <inheritdoc/>
    protected override void SaveOwn(BinaryWriter writer)
    {
        writer.Write(sum);
        moments.Save(writer);
    }

    /// <inheritdoc/>
    protected override void LoadOwn(BinaryReader reader)
    {
        sum = reader.ReadDouble();
        moments.Load(reader);
    }
}
