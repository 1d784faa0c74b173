using Bellman.Numerics;

namespace Bellman.Tests;

/// <summary>
/// What the single-agent fixtures share: episodes of <see cref="Length"/> steps, each a small question that the observation asks and the action answers.
/// </summary>
internal abstract class FixtureEnvironment(Space observationSpace, Space actionSpace) : IEnvironment
{
    public const int Length = 8;

    public Space ObservationSpace { get; } = observationSpace;

    public Space ActionSpace { get; } = actionSpace;

    protected RandomStream Random { get; private set; } = new(0);

    protected int Steps { get; set; }

    public virtual void Reset(RandomStream random, RowWriter observation)
    {
        (Random, Steps) = (random, 0);
        Ask(observation);
    }

    public virtual StepResult Step(RowReader action, RowWriter observation)
    {
        var reward = Answer(action);
        Steps++;
        Ask(observation);
        return new StepResult(reward, Steps == Length, false);
    }

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Draws a question and writes it.</summary>
    protected abstract void Ask(RowWriter observation);

    /// <summary>What an answer to the last question is worth.</summary>
    protected abstract double Answer(RowReader action);

    protected virtual void Dispose(bool disposing)
    {
    }
}
