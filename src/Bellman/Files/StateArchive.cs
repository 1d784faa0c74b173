using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Bellman.Numerics;

namespace Bellman;

/// <summary>
/// The state of training by name, on its way into a checkpoint or back out of one. A part of an agent has one method that exchanges its state either way, so that saving and loading cannot disagree.
/// Everything keeps its bits; what does not fit is refused.
/// </summary>
/// <example>
/// <code>
/// public void Exchange(StateArchive state)
/// {
///     state.Exchange("steps", ref steps);
///     state.Exchange("draws", random);
///     state.Exchange("sums", sums.AsSpan());
/// }
/// </code>
/// </example>
public sealed class StateArchive
{
    private readonly SafetensorsWriter? writer;
    private readonly SafetensorsFile? file;
    private readonly string prefix;

    private readonly Checkpoint checkpoint;

    private StateArchive(SafetensorsWriter? writer, SafetensorsFile? file, string prefix, Checkpoint checkpoint) =>
        (this.writer, this.file, this.prefix, this.checkpoint) = (writer, file, prefix, checkpoint);

    /// <summary>Whether state is being loaded; saved otherwise.</summary>
    public bool Loading => file is not null;

    /// <summary>The archive of a part, whose names begin with its own.</summary>
    public StateArchive Part(string name) => new(writer, file, $"{prefix}{name}.", checkpoint);

    /// <summary>Numbers of a known count.</summary>
    /// <exception cref="CheckpointException">What is loaded is missing, or of another count or type.</exception>
    public void Exchange(string name, Span<float> values)
    {
        writer?.Add(prefix + name, [values.Length], values.ToArray());
        file?.Read(prefix + name, values);
    }

    /// <inheritdoc cref="Exchange(string, Span{float})"/>
    public void Exchange(string name, Span<int> values)
    {
        writer?.Add(prefix + name, [values.Length], values.ToArray());
        file?.Read(prefix + name, values);
    }

    /// <inheritdoc cref="Exchange(string, Span{float})"/>
    public void Exchange(string name, Span<long> values)
    {
        writer?.Add(prefix + name, [values.Length], values.ToArray());
        file?.Read(prefix + name, values);
    }

    /// <inheritdoc cref="Exchange(string, Span{float})"/>
    /// <remarks>They are stored as their bits: the format has no type for them.</remarks>
    public void Exchange(string name, Span<double> values) => Exchange(name, MemoryMarshal.Cast<double, long>(values));

    /// <inheritdoc cref="Exchange(string, Span{float})"/>
    public void Exchange(string name, ref long value) => Exchange(name, new Span<long>(ref value));

    /// <inheritdoc cref="Exchange(string, Span{float})"/>
    public void Exchange(string name, ref double value) => Exchange(name, new Span<double>(ref value));

    /// <summary>Bytes of any number.</summary>
    /// <exception cref="CheckpointException">What is loaded is missing, or no bytes.</exception>
    public void Exchange(string name, ref byte[] values)
    {
        ArgumentNullException.ThrowIfNull(values);
        writer?.Add(prefix + name, [values.Length], values);
        if (file is not null)
        {
            values = new byte[Count(prefix + name)];
            file.Read(prefix + name, values.AsSpan());
        }
    }

    /// <summary>Numbers of any count.</summary>
    /// <exception cref="CheckpointException">What is loaded is missing, or no such numbers.</exception>
    public void Exchange(string name, ref int[] values) => ExchangeBytes(name, ref values);

    /// <inheritdoc cref="Exchange(string, ref int[])"/>
    public void Exchange(string name, ref double[] values) => ExchangeBytes(name, ref values);

    /// <summary>Where a stream of random numbers stands.</summary>
    public void Exchange(string name, SplittableRandom random)
    {
        ArgumentNullException.ThrowIfNull(random);
        var state = random.Save();
        Span<long> words = [(long)state.Key, (long)state.S0, (long)state.S1, (long)state.S2, (long)state.S3];
        Exchange(name, words);
        if (Loading)
        {
            random.Load(new SplittableRandomState((ulong)words[0], (ulong)words[1], (ulong)words[2], (ulong)words[3], (ulong)words[4]));
        }
    }

    /// <summary>What an optimizer remembers besides the weights.</summary>
    public void Exchange(string name, Optimizer optimizer)
    {
        ArgumentNullException.ThrowIfNull(optimizer);
        var part = Part(name);
        var (moments, steps) = (optimizer.SaveState(), optimizer.Steps);
        part.Exchange("steps", ref steps);
        foreach (var (moment, values) in moments)
        {
            part.Exchange(moment, values.AsSpan());
        }

        if (Loading)
        {
            Require(steps >= 0, $"the optimizer's steps are {steps}");
            optimizer.LoadState(moments, steps);
        }
    }

    /// <summary>Blocks that lie beside the checkpoint, in files named by what is in them.</summary>
    /// <exception cref="CheckpointException">One is missing or damaged; the message names it.</exception>
    internal void Exchange(string name, IReadOnlyList<Segment> segments)
    {
        var bytes = Loading ? [] : segments.SelectMany(segment => Convert.FromHexString(checkpoint.Add(segment))).ToArray();
        Exchange(name, ref bytes);
        Require(bytes.Length == segments.Count * SHA256.HashSizeInBytes, $"'{prefix}{name}' names {bytes.Length / (double)SHA256.HashSizeInBytes} segments where {segments.Count} are expected");
        for (var i = 0; i < segments.Count && Loading; i++)
        {
            checkpoint.Load(Convert.ToHexStringLower(bytes.AsSpan(i * SHA256.HashSizeInBytes, SHA256.HashSizeInBytes)), segments[i]);
        }
    }

    /// <summary>Refuses what was loaded unless it can be.</summary>
    /// <param name="holds">Whether it can be.</param>
    /// <param name="otherwise">What is wrong.</param>
    /// <exception cref="CheckpointException">It cannot be.</exception>
    public void Require(bool holds, string otherwise)
    {
        if (Loading && !holds)
        {
            throw new CheckpointException($"The checkpoint's training state cannot be: {otherwise}; the file is damaged, so take another copy.");
        }
    }

    /// <summary>Whether what is loaded has this: checkpoints written before it was kept have not.</summary>
    internal bool Has(string name) => file?.Tensors.Any(tensor => tensor.Name == prefix + name) ?? false;

    internal static StateArchive ForSaving(SafetensorsWriter writer, Checkpoint checkpoint) => new(writer, null, "", checkpoint);

    internal static StateArchive ForLoading(SafetensorsFile file, Checkpoint checkpoint) => new(null, file, "", checkpoint);

    private void ExchangeBytes<T>(string name, ref T[] values) where T : unmanaged
    {
        var bytes = MemoryMarshal.AsBytes(values.AsSpan()).ToArray();
        Exchange(name, ref bytes);
        if (Loading)
        {
            values = MemoryMarshal.Cast<byte, T>(bytes).ToArray();
            Require(MemoryMarshal.AsBytes(values.AsSpan()).Length == bytes.Length, $"'{prefix}{name}' ends within a number");
        }
    }

    private long Count(string name) => file!.Tensors.FirstOrDefault(tensor => tensor.Name == name) is { Type: SafetensorsType.U8 } tensor
        ? tensor.Count
        : throw new CheckpointException($"The checkpoint's training state has no bytes '{name}'; the file is damaged or of another version.");
}
