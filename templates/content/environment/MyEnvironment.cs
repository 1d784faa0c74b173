using Bellman;
using Bellman.Numerics;

/// <summary>
/// A walk on a line: left or right, and a goal some steps away on one side. Every step costs a little, the goal earns 1.
/// Replace it with your task; "bellman check MyEnvironment.cs" reviews it.
/// </summary>
/// <param name="length">How far the line reaches to either side.</param>
public sealed class MyEnvironment(int length = 5) : IEnvironment, IStateful
{
    private int position, goal;

    /// <summary>The time limit and what else is known of it; constructor options by name.</summary>
    public static EnvironmentSpec Spec { get; } = new()
    {
        Id = "MyEnvironment-v0",
        Description = "Find the goal on a line.",
        Factory = options => new MyEnvironment(options.Integer("length", 5)),
        MaxEpisodeSteps = 50,
    };

    /// <summary>Where the walker is and where the goal lies, from −1 to 1.</summary>
    public Space ObservationSpace { get; } = new BoxSpace(-1, 1, 2);

    /// <summary>0 goes left, 1 right.</summary>
    public Space ActionSpace { get; } = new DiscreteSpace(2);

    public void Reset(RandomStream random, RowWriter observation)
    {
        // All chance comes from this stream, so that the same seed gives the same episodes.
        position = 0;
        goal = random.Choice(2) == 0 ? -length : length;
        Observe(observation);
    }

    public StepResult Step(RowReader action, RowWriter observation)
    {
        position = Math.Clamp(position + (action.Integers[0] == 0 ? -1 : 1), -length, length);
        Observe(observation);
        var there = position == goal;
        return new StepResult(there ? 1 : -0.01, Terminated: there, Truncated: false);
    }

    public void SaveState(BinaryWriter writer)
    {
        writer.Write(position);
        writer.Write(goal);
    }

    public void LoadState(BinaryReader reader) => (position, goal) = (reader.ReadInt32(), reader.ReadInt32());

    public void Dispose()
    {
    }

    private void Observe(RowWriter observation)
    {
        observation.Floats[0] = (float)position / length;
        observation.Floats[1] = (float)goal / length;
    }
}
