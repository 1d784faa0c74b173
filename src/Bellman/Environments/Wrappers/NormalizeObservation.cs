using Bellman.Numerics;

namespace Bellman;

/// <summary>
/// Shifts and scales each element of the observation by the mean and the deviation of all that came before, clipped to ±10. Agents can do this themselves, once for all their environments and with
/// statistics that are frozen in evaluation; the wrapper is for those that cannot.
/// </summary>
public sealed class NormalizeObservation : StatefulWrapper
{
    private const float ClipRange = 10;

    private readonly RunningMoments moments;
    private readonly Rows raw;

    /// <summary>Normalises observations.</summary>
    /// <param name="inner">The environment inside; its observations are a box of floats.</param>
    /// <exception cref="ArgumentException">The observations are something else.</exception>
    public NormalizeObservation(IEnvironment inner)
        : base(inner)
    {
        var box = RowCopies.FloatBox(Inner.ObservationSpace, nameof(NormalizeObservation), "observations");
        moments = new RunningMoments(box.Length);
        raw = new Rows(box.Layout, 1);
        ObservationSpace = box.WithBounds(-ClipRange, ClipRange);
    }

    /// <inheritdoc/>
    public override Space ObservationSpace { get; }

    /// <summary>Whether observations change the statistics; false in evaluation.</summary>
    public bool Updates { get; set; } = true;

    /// <inheritdoc/>
    public override void Reset(RandomStream random, RowWriter observation)
    {
        Inner.Reset(random, raw.Writer(0));
        Show(observation);
    }

    /// <inheritdoc/>
    public override StepResult Step(RowReader action, RowWriter observation)
    {
        var result = Inner.Step(action, raw.Writer(0));
        Show(observation);
        return result;
    }

    /// <inheritdoc/>
    public override bool Withdraws(Type capability) => capability == typeof(IGoal) || base.Withdraws(capability);

    /// <inheritdoc/>
    protected override void SaveOwn(BinaryWriter writer) => moments.Save(writer);

    /// <inheritdoc/>
    protected override void LoadOwn(BinaryReader reader) => moments.Load(reader);

    private void Show(RowWriter observation)
    {
        var values = raw.Floats();
        var shown = observation.Floats;
        for (var i = 0; i < values.Length; i++)
        {
            if (Updates)
            {
                moments.Add(i, values[i]);
            }

            shown[i] = (float)Math.Clamp((values[i] - moments.Mean(i)) / moments.Deviation(i), -ClipRange, ClipRange);
        }

        if (Updates)
        {
            moments.Count();
        }
    }
}
