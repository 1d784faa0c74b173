using Bellman.Numerics;

namespace Bellman.Tests;

/// <summary>
/// A faultless walk on a line, for faults to be planted in: left, stay or right from 0, with a wind drawn in each step; the episode terminates five away from the start and is truncated after 50 steps.
/// The observation is the position and the last wind, the reward the distance.
/// </summary>
internal class Walk : IEnvironment, IStateful
{
    public virtual Space ObservationSpace { get; } = new BoxSpace(-10, 10, 2);

    public virtual Space ActionSpace { get; } = new DiscreteSpace(3, start: -1);

    protected RandomStream Random { get; private set; } = new(0);

    protected float Position { get; set; }

    protected float Wind { get; set; }

    protected int Steps { get; set; }

    public virtual void Reset(RandomStream random, RowWriter observation)
    {
        (Random, Position, Wind, Steps) = (random, 0, (float)random.Uniform(-1, 1), 0);
        Observe(observation);
    }

    public virtual StepResult Step(RowReader action, RowWriter observation)
    {
        Wind = (float)Random.Uniform(-1, 1);
        Position += Direction(action) + Wind;
        Steps++;
        Observe(observation);
        var there = Math.Abs(Position) >= 5;
        return new StepResult(Math.Abs(Position), there, Steps == 50 && !there);
    }

    public virtual void SaveState(BinaryWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write(Position);
        writer.Write(Steps);
    }

    public virtual void LoadState(BinaryReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        (Position, Steps) = (reader.ReadSingle(), reader.ReadInt32());
    }

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected virtual float Direction(RowReader action) => action.Integers[0];

    protected virtual void Observe(RowWriter observation)
    {
        observation.Floats[0] = Position;
        observation.Floats[1] = Wind;
    }

    protected virtual void Dispose(bool disposing)
    {
    }
}
