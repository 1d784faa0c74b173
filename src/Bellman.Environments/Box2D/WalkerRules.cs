namespace Bellman.Environments;

/// <summary>
/// Walks by rules of a person. While one leg stands, the other one swings forward, comes down, and is pushed onto; then they change parts. Springs pull the joints
/// towards the angles that each of these phases wants, and all of them help to keep the hull level and at one height.
/// </summary>
internal sealed class WalkerRules : IController
{
    private const double FastestWalk = 0.3;
    private const double KneeAtRest = 0.06;

    private Phase phase;
    private int standing;
    private double standingKnee;

    private enum Phase
    {
        /// <summary>The free leg swings forward, its knee bent.</summary>
        Swing,

        /// <summary>The free leg comes down in front.</summary>
        Land,

        /// <summary>The standing leg pushes the hull over the free one.</summary>
        Push,
    }

    /// <inheritdoc/>
    public void Begin(ulong seed) => (phase, standing, standingKnee) = (Phase.Swing, 1, 0.1);

    /// <inheritdoc/>
    public void Act(RowReader observation, ReadOnlySpan<byte> mask, RowWriter action)
    {
        var seen = observation.Floats;
        var (free, stand) = (1 - standing, standing);
        var wish = Wish(new Leg(seen, free), new Leg(seen, stand), forward: seen[2]);

        // The hips hold the hull level, the knees slow down its rise and fall.
        var level = (0.73 * seen[0]) + (1.6 * seen[1]);
        var rise = 11.6 * seen[3];
        Drive(action.Floats, new Leg(seen, free), free, wish.FreeHip, wish.FreeKnee, level, rise);
        Drive(action.Floats, new Leg(seen, stand), stand, null, wish.StandingKnee, level, rise);
    }

    /// <summary>The angles that this phase wants; none for a hip that shall only keep the hull level. A phase that is done gives way to the next one at once.</summary>
    private (double? FreeHip, double FreeKnee, double StandingKnee) Wish(Leg free, Leg stand, double forward)
    {
        (double? FreeHip, double FreeKnee, double StandingKnee) wish = default;
        if (phase == Phase.Swing)
        {
            // The standing leg stretches meanwhile, faster if the walk is fast, so that the other foot clears the ground.
            standingKnee = Math.Min(standingKnee + (forward > 0.83 * FastestWalk ? 0.064 : 0.032), KneeAtRest);
            wish = (1.1, -0.59, standingKnee);
            phase = stand.Hip < 0.11 ? Phase.Land : Phase.Swing;
        }

        if (phase == Phase.Land)
        {
            wish = (0.083, 0.126, standingKnee);
            if (free.Touches)
            {
                (phase, standingKnee) = (Phase.Push, Math.Min(free.Knee, KneeAtRest));
            }
        }

        if (phase == Phase.Push)
        {
            wish = wish with { FreeKnee = standingKnee, StandingKnee = 1.35 };
            if (stand.Knee > 0.59 || forward > FastestWalk)
            {
                (phase, standing) = (Phase.Swing, 1 - standing);
            }
        }

        return wish;
    }

    private static void Drive(Span<float> torques, Leg seen, int leg, double? hip, double knee, double level, double rise)
    {
        const double Strength = 0.53;
        var atHip = level + (hip is { } wanted ? (1.07 * (wanted - seen.Hip)) - (0.27 * seen.HipSpeed) : 0);
        var atKnee = (3.43 * (knee - seen.Knee)) - (0.22 * seen.KneeSpeed) - rise;
        torques[2 * leg] = (float)Math.Clamp(Strength * atHip, -1, 1);
        torques[(2 * leg) + 1] = (float)Math.Clamp(Strength * atKnee, -1, 1);
    }

    /// <summary>What the observation says of a leg.</summary>
    private readonly record struct Leg(double Hip, double HipSpeed, double Knee, double KneeSpeed, bool Touches)
    {
        public Leg(ReadOnlySpan<float> seen, int index)
            : this(seen[4 + (5 * index)], seen[5 + (5 * index)], seen[6 + (5 * index)], seen[7 + (5 * index)], seen[8 + (5 * index)] > 0)
        {
        }
    }
}
