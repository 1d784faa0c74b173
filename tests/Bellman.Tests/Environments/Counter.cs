using Bellman.Numerics;

namespace Bellman.Tests;

/// <summary>
/// Counts its steps: the observation is the episode's number, the step's number and a random number drawn at the reset. Ends after <paramref name="length"/> steps,
/// by termination, or by truncation if asked. The actions are 5 and 6; the reward is the action.
/// </summary>
internal sealed class Counter(int length, bool truncates = false) : IEnvironment, IActionMask
{
    private int episode, steps;
    private float drawn;

    public Space ObservationSpace { get; } = new BoxSpace(0, 1e6f, 3);

    public Space ActionSpace { get; } = new DiscreteSpace(2, start: 5);

    public int MaskLength => 2;

    public Action<int, RowWriter>? Spoil { get; init; }

    public double Penalty { get; init; }

    public bool MasksEverythingAtTheEnd { get; init; }

    /// <summary>Whether it goes on after its last step instead of ending.</summary>
    public bool Endless { get; init; }

    public void Reset(RandomStream random, RowWriter observation)
    {
        (steps, drawn) = (0, (float)random.NextDouble());
        episode++;
        Write(observation);
    }

    public StepResult Step(RowReader action, RowWriter observation)
    {
        steps++;
        Write(observation);
        Spoil?.Invoke(steps, observation);
        var ends = steps == length && !Endless;
        return new StepResult(action.Integers[0] + Penalty, ends && !truncates, ends && truncates);
    }

    // Before the first step only the first action is allowed, later both; at the end neither, if asked.
    public void WriteMask(Span<byte> mask)
    {
        mask[0] = (byte)(MasksEverythingAtTheEnd && steps == length ? 0 : 1);
        mask[1] = (byte)(steps == 0 ? 0 : mask[0]);
    }

    public void Dispose()
    {
    }

    private void Write(RowWriter observation)
    {
        observation.Floats[0] = episode;
        observation.Floats[1] = steps;
        observation.Floats[2] = drawn;
    }
}
