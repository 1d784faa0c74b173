using Bellman.Numerics;

namespace Bellman.Tests;

/// <summary>
/// Episodes of chosen lengths, one after another and round again, each ended as said: <c>t</c> terminated, <c>c</c> cut off, <c>b</c> both at once.
/// The reward is <paramref name="pay"/> a step whatever is done; the observation says how far the episode is, and 1 at its end.
/// </summary>
internal sealed class Paid(string ends, int[] lengths, double pay = 1) : IEnvironment
{
    private int episode = -1, steps;

    public Space ObservationSpace { get; } = new BoxSpace(-1, 1, 3);

    public Space ActionSpace { get; } = new DiscreteSpace(2);

    public void Reset(RandomStream random, RowWriter observation)
    {
        (episode, steps) = (episode + 1, 0);
        Write(observation, 0);
    }

    public StepResult Step(RowReader action, RowWriter observation)
    {
        steps++;
        var end = steps == lengths[episode % lengths.Length] ? ends[episode % ends.Length] : ' ';
        Write(observation, end == ' ' ? 0 : 1);
        return new StepResult(pay, end is 't' or 'b', end is 'c' or 'b');
    }

    public void Dispose()
    {
    }

    private void Write(RowWriter observation, float end)
    {
        observation.Floats[0] = steps / 10f;
        observation.Floats[1] = MathF.Sin(episode);
        observation.Floats[2] = end;
    }
}
