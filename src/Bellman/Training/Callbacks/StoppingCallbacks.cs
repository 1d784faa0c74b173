using System.Globalization;

namespace Bellman;

/// <summary>Which returns a callback looks at.</summary>
public enum ReturnSource
{
    /// <summary>The mean of an evaluation's episodes.</summary>
    Evaluation,

    /// <summary>The mean of the last hundred episodes of training, once there are a hundred.</summary>
    Training,
}

/// <summary>Stops training once the mean return is high enough.</summary>
/// <param name="threshold">How high.</param>
/// <param name="source">Whose return; by default that of evaluations, which somebody must make.</param>
public sealed class StopAtReturn(double threshold, ReturnSource source = ReturnSource.Evaluation) : TrainingCallback
{
    private const int Window = 100;

    /// <inheritdoc/>
    public override void OnEvaluation(TrainingContext training, EvaluationResult result)
    {
        ArgumentNullException.ThrowIfNull(training);
        if (source == ReturnSource.Evaluation && result.Mean >= threshold)
        {
            training.Stop(string.Create(CultureInfo.InvariantCulture, $"the evaluation's mean return of {result.Mean:0.##} reached {threshold:0.##}"));
        }
    }

    /// <inheritdoc/>
    public override void OnUpdate(TrainingContext training)
    {
        ArgumentNullException.ThrowIfNull(training);
        if (source == ReturnSource.Training && training.Episodes.Count >= Window && training.Episodes.MeanReturn >= threshold)
        {
            training.Stop(string.Create(CultureInfo.InvariantCulture, $"the mean return of the last {Window} episodes, {training.Episodes.MeanReturn:0.##}, reached {threshold:0.##}"));
        }
    }
}

/// <summary>Stops training once evaluations have brought nothing new for long enough.</summary>
/// <param name="evaluations">After how many in a row that were no better than the best before them.</param>
/// <param name="after">How many evaluations are made before any is held against it.</param>
/// <param name="improvement">By how much a mean return must exceed the best to count as better.</param>
/// <exception cref="ArgumentOutOfRangeException"><paramref name="evaluations"/> is not positive.</exception>
public sealed class StopWithoutImprovement(int evaluations, int after = 0, double improvement = 0) : TrainingCallback
{
    private readonly int patience = evaluations > 0 ? evaluations : throw new ArgumentOutOfRangeException(nameof(evaluations), $"{evaluations} evaluations cannot be waited for; give at least 1.");
    private double best = double.NegativeInfinity;
    private int seen, idle;

    /// <inheritdoc/>
    public override void OnEvaluation(TrainingContext training, EvaluationResult result)
    {
        ArgumentNullException.ThrowIfNull(training);
        seen++;
        if (result.Mean > best + improvement || seen == 1)
        {
            (best, idle) = (result.Mean, 0);
        }
        else if (seen > after && ++idle >= patience)
        {
            training.Stop(string.Create(CultureInfo.InvariantCulture, $"{idle} evaluations in a row were no better than {best:0.##}"));
        }
    }

    /// <inheritdoc/>
    public override void SaveState(BinaryWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write(best);
        writer.Write(seen);
        writer.Write(idle);
    }

    /// <inheritdoc/>
    public override void LoadState(BinaryReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        (best, seen, idle) = (reader.ReadDouble(), reader.ReadInt32(), reader.ReadInt32());
    }
}
