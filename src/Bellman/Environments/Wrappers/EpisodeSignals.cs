using Bellman.Numerics;

namespace Bellman;

/// <summary>Tells the return and the length of the episode so far as signals, "episode_return" and "episode_length", after those of the environment inside.</summary>
public sealed class EpisodeSignals : StatefulWrapper, ISignals
{
    private readonly ISignals? inner;
    private double total;
    private int length;

    /// <summary>Adds up.</summary>
    /// <param name="inner">The environment inside.</param>
    public EpisodeSignals(IEnvironment inner)
        : base(inner)
    {
        this.inner = Inner.As<ISignals>();
        SignalNames = [.. this.inner?.SignalNames ?? [], "episode_return", "episode_length"];
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> SignalNames { get; }

    /// <inheritdoc/>
    public override void Reset(RandomStream random, RowWriter observation)
    {
        (total, length) = (0, 0);
        Inner.Reset(random, observation);
    }

    /// <inheritdoc/>
    public override StepResult Step(RowReader action, RowWriter observation)
    {
        var result = Inner.Step(action, observation);
        total += result.Reward;
        length++;
        return result;
    }

    /// <inheritdoc/>
    public void ReadSignals(Span<double> values)
    {
        inner?.ReadSignals(values[..^2]);
        (values[^2], values[^1]) = (total, length);
    }

    /// <inheritdoc/>
    protected override void SaveOwn(BinaryWriter writer)
    {
        writer.Write(total);
        writer.Write(length);
    }

    /// <inheritdoc/>
    protected override void LoadOwn(BinaryReader reader) => (total, length) = (reader.ReadDouble(), reader.ReadInt32());
}
