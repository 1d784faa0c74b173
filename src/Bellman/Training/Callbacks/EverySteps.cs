namespace Bellman;

/// <summary>Does something at the first update at or after every so many steps.</summary>
public sealed class EverySteps : TrainingCallback
{
    private readonly StepInterval interval;
    private readonly Action<TrainingContext> action;

    /// <summary>Does <paramref name="action"/> every so many steps.</summary>
    /// <param name="steps">After how many environment steps.</param>
    /// <param name="action">What to do.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="steps"/> is not positive.</exception>
    public EverySteps(long steps, Action<TrainingContext> action)
    {
        ArgumentNullException.ThrowIfNull(action);
        this.action = action;
        interval = new StepInterval(steps);
    }

    /// <inheritdoc/>
    public override void OnUpdate(TrainingContext training)
    {
        ArgumentNullException.ThrowIfNull(training);
        if (interval.Reached(training.Progress.Steps))
        {
            action(training);
        }
    }

    /// <inheritdoc/>
    public override void SaveState(BinaryWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        interval.SaveState(writer);
    }

    /// <inheritdoc/>
    public override void LoadState(BinaryReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        interval.LoadState(reader);
    }
}
