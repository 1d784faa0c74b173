using System.Diagnostics;

namespace Bellman;

/// <summary>
/// Evaluates the policy at the first update at or after every so many steps, always on the same episodes, and keeps the best. Training is not changed by it: the episodes are played apart.
/// </summary>
public sealed class EvaluationCallback : TrainingCallback
{
    private readonly Func<IEnvironment> make;
    private readonly StepInterval interval;

    /// <summary>Evaluates on an environment by id.</summary>
    /// <param name="environment">The environment's id.</param>
    /// <param name="every">After how many environment steps.</param>
    /// <param name="options">The environment's constructor options.</param>
    /// <exception cref="ArgumentException">The id is unknown, or <paramref name="every"/> is not positive.</exception>
    public EvaluationCallback(string environment, long every = 10_000, IReadOnlyDictionary<string, string>? options = null)
        : this(() => EnvironmentRegistry.Default.Make(environment, options), every) => EnvironmentRegistry.Default.Get(environment);

    /// <summary>Evaluates on environments that the caller makes.</summary>
    /// <param name="make">Makes one; they are disposed of after each evaluation.</param>
    /// <param name="every">After how many environment steps.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="every"/> is not positive.</exception>
    public EvaluationCallback(Func<IEnvironment> make, long every = 10_000)
    {
        ArgumentNullException.ThrowIfNull(make);
        this.make = make;
        interval = new StepInterval(every);
    }

    /// <summary>How many episodes.</summary>
    public int Episodes { get; init; } = 20;

    /// <summary>Episode k is reset from the stream of this seed + k.</summary>
    public ulong Seed { get; init; } = Evaluation.DefaultSeed;

    /// <summary>Whether the likeliest action is taken instead of one drawn.</summary>
    public bool Deterministic { get; init; } = true;

    /// <summary>Where the policy with the best mean return so far is saved; null for nowhere.</summary>
    public string? BestPath { get; init; }

    /// <summary>How the best is written, where the policy alone is not enough.</summary>
    public Action<TrainingContext, string> SaveBest { get; init; } = (training, path) => training.Policy.Save(path);

    /// <summary>The best mean return so far; −∞ before the first evaluation.</summary>
    public double BestMean { get; private set; } = double.NegativeInfinity;

    /// <summary>At how many steps the best was found.</summary>
    public long BestSteps { get; private set; }

    /// <summary>The last evaluation; null before the first.</summary>
    public EvaluationResult? Last { get; private set; }

    /// <inheritdoc/>
    public override void OnUpdate(TrainingContext training)
    {
        ArgumentNullException.ThrowIfNull(training);
        if (!interval.Reached(training.Progress.Steps))
        {
            // So that the figure stands in the row of its update alone, and files have their column from the first row on.
            training.ClearEvaluation();
            return;
        }

        var started = Stopwatch.GetTimestamp();
        var result = Evaluation.Run(training.Policy, make, Episodes, Seed, Deterministic);
        Last = result;
        if (result.Mean > BestMean)
        {
            (BestMean, BestSteps) = (result.Mean, training.Progress.Steps);
            if (BestPath is { } path)
            {
                SaveBest(training, path);
            }
        }

        training.ReportEvaluation(result, Stopwatch.GetElapsedTime(started));
    }

    /// <inheritdoc/>
    public override void SaveState(BinaryWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        interval.SaveState(writer);
        writer.Write(BestMean);
        writer.Write(BestSteps);
    }

    /// <inheritdoc/>
    public override void LoadState(BinaryReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        interval.LoadState(reader);
        (BestMean, BestSteps) = (reader.ReadDouble(), reader.ReadInt64());
    }
}
