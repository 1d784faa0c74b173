using Bellman.Numerics;

namespace Bellman;

/// <summary>The car in the valley, which both mountain-car tasks drive.</summary>
internal struct CarOnHill
{
    public const double MinimumPosition = -1.2;
    public const double MaximumPosition = 0.6;
    public const double MaximumSpeed = 0.07;

    public double Position;
    public double Velocity;

    public static BoxSpace Space => new([(float)MinimumPosition, (float)-MaximumSpeed], [(float)MaximumPosition, (float)MaximumSpeed]);

    public void Start(RandomStream random, RowWriter observation)
    {
        ArgumentNullException.ThrowIfNull(random);
        (Position, Velocity) = (random.Uniform(-0.6, -0.4), 0);
        Observe(observation);
    }

    /// <summary>Goes on by a step with this change of the velocity. The wall on the left stops the car.</summary>
    public void Move(double push)
    {
        Velocity = Math.Clamp(Velocity + push, -MaximumSpeed, MaximumSpeed);
        Position = Math.Clamp(Position + Velocity, MinimumPosition, MaximumPosition);
        if (Position == MinimumPosition && Velocity < 0)
        {
            Velocity = 0;
        }
    }

    public readonly void Observe(RowWriter observation)
    {
        var values = observation.Floats;
        values[1] = (float)Velocity;
        values[0] = (float)Position;
    }

    public void Load(BinaryReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        (Position, Velocity) = (reader.ReadDouble(), reader.ReadDouble());
    }

    public void Set(ReadOnlySpan<double> state, RowWriter observation)
    {
        (Position, Velocity) = (state[0], state[1]);
        Observe(observation);
    }

    public readonly void Draw(Scene scene, double goal)
    {
        ArgumentNullException.ThrowIfNull(scene);
        MountainScene.Draw(scene, Position, goal);
    }
}
