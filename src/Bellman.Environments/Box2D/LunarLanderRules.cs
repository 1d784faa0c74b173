namespace Bellman.Environments;

/// <summary>Lands a lander by rules of a person.</summary>
internal static class LunarLanderRules
{
    /// <summary>The rules as a controller.</summary>
    /// <param name="continuous">Whether the engines' thrust is chosen freely.</param>
    public static IController Controller(bool continuous) => new RuleController((observation, action) =>
    {
        var (lift, turn) = Wish(observation.Floats);
        if (continuous)
        {
            (action.Floats[0], action.Floats[1]) = ((float)Math.Clamp((20 * lift) - 1, -1, 1), (float)Math.Clamp(-20 * turn, -1, 1));
        }
        else
        {
            // One engine at a time: the one that is needed most, if any is.
            const double Idle = 0.05;
            action.Integers[0] = lift > Idle && lift > Math.Abs(turn) ? 2 : turn > Idle ? 1 : turn < -Idle ? 3 : 0;
        }
    });

    /// <summary>How much the lander should be pushed up, and turned counterclockwise.</summary>
    private static (double Lift, double Turn) Wish(ReadOnlySpan<float> seen)
    {
        var (x, y, velocityX, velocityY, angle, spin) = ((double)seen[0], (double)seen[1], (double)seen[2], (double)seen[3], (double)seen[4], (double)seen[5]);
        if (seen[6] + seen[7] > 0)
        {
            // With a leg on the ground only what is left of the fall is braked.
            return (-0.5 * velocityY, 0);
        }

        // Towards the pad, but no faster than can be stopped; the lander leans against what differs from that speed, by 29° at most.
        var wantedX = -Math.Clamp(0.6 * x, -0.27, 0.27);
        var lean = Math.Clamp(1.15 * (velocityX - wantedX), -0.5, 0.5);
        var turn = (0.6 * (lean - angle)) - spin;

        // The lower the slower; away from the pad the ground counts as higher.
        var wantedY = -0.06 - (0.55 * Math.Max(0, y - (0.3 * Math.Abs(x))));
        return (0.8 * (wantedY - velocityY), turn);
    }
}
