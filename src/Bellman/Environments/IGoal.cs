namespace Bellman;

/// <summary>
/// A task that says what it was to achieve. Its observation is a dictionary of "observation", "achieved_goal" and "desired_goal", the last two of one space, so that what was achieved by chance
/// can be taken for what had been wanted (hindsight).
/// </summary>
public interface IGoal
{
    /// <summary>The reward of a step that achieved this where that was wanted.</summary>
    /// <param name="achieved">The achieved goal after the step.</param>
    /// <param name="desired">The desired goal.</param>
    double ComputeReward(RowReader achieved, RowReader desired);

    /// <summary>Whether the task ends with such a step.</summary>
    /// <param name="achieved">The achieved goal after the step.</param>
    /// <param name="desired">The desired goal.</param>
    bool ComputeTerminated(RowReader achieved, RowReader desired);
}
