namespace Bellman.Cli;

/// <summary>The process's memory at a step of training.</summary>
/// <param name="Steps">Environment steps taken.</param>
/// <param name="WorkingSet">Bytes of memory that the process occupies.</param>
/// <param name="Managed">Bytes of it that live objects and garbage not yet collected take.</param>
internal readonly record struct MemorySample(long Steps, long WorkingSet, long Managed);

/// <summary>Looks at the process's memory at each tenth of training, as it is: nothing is collected for the occasion.</summary>
/// <param name="told">Told of each look.</param>
internal sealed class MemoryWatch(Action<MemorySample> told) : TrainingCallback
{
    /// <summary>How far the working set may be from that at the first tenth.</summary>
    public const double Tolerance = 0.05;

    private readonly List<MemorySample> samples = [];

    /// <summary>What it saw.</summary>
    public IReadOnlyList<MemorySample> Samples => samples;

    /// <summary>The working set's largest change since the first tenth, as a share of it, with its sign.</summary>
    public double LargestChange => samples.Count == 0 ? 0 : samples.Select(Change).MaxBy(Math.Abs);

    /// <summary>Whether the working set stayed within <see cref="Tolerance"/> of that at the first tenth.</summary>
    public bool Flat => Math.Abs(LargestChange) <= Tolerance;

    /// <summary>A look's change since the first, as a share of it.</summary>
    public double Change(MemorySample sample) => ((double)sample.WorkingSet / samples[0].WorkingSet) - 1;

    /// <inheritdoc/>
    public override void OnUpdate(TrainingContext training)
    {
        ArgumentNullException.ThrowIfNull(training);
        var progress = training.Progress;
        if (10 * progress.Steps / progress.TotalSteps > samples.Count)
        {
            samples.Add(new MemorySample(progress.Steps, Environment.WorkingSet, GC.GetTotalMemory(forceFullCollection: false)));
            told(samples[^1]);
        }
    }
}
