using Bellman.Numerics;

namespace Bellman.Cli.Tests;

/// <summary>An environment of a user's that goes wrong: at a step of its second copy's episodes, which last nine steps, it gives NaN where it is asked to.</summary>
/// <param name="where">observation, last, reward, or huge: a reward that is finite but overflows what is learned from it.</param>
/// <param name="at">At which step.</param>
internal sealed class SpoiltEnvironment(string where = "observation", int at = 7) : IEnvironment
{
    private static int copies;

    private readonly bool spoils = Interlocked.Increment(ref copies) == 2;
    private int steps;

    public Space ObservationSpace { get; } = new BoxSpace(-10, 10, 3);

    public Space ActionSpace { get; } = new DiscreteSpace(2);

    public void Reset(RandomStream random, RowWriter observation)
    {
        steps = 0;
        observation.Floats.Clear();
    }

    public StepResult Step(RowReader action, RowWriter observation)
    {
        var bad = ++steps == at && spoils;
        observation.Floats.Clear();
        observation.Floats[2] = bad && where is "observation" or "last" ? float.NaN : 0;
        return new StepResult(!bad ? 1 : where == "reward" ? double.NaN : where == "huge" ? 1e300 : 1, steps == 9, false);
    }

    public void Dispose()
    {
    }
}
