using System.Runtime.InteropServices;
using Bellman.Numerics;

namespace Bellman;

/// <summary>
/// Shows the last observations together, the oldest first, along the last axis: images of <c>[height, width, channels]</c> become <c>[height, width, frames · channels]</c>, vectors get longer.
/// After a reset all of them are the first one.
/// </summary>
public sealed class FrameStack : StatefulWrapper
{
    private readonly Rows frame;
    private readonly byte[] stack;
    private readonly int blockBytes;
    private readonly int frames;

    /// <summary>Stacks observations.</summary>
    /// <param name="inner">The environment inside; its observations are a box.</param>
    /// <param name="frames">How many are seen together.</param>
    /// <exception cref="ArgumentException">The observations are no box, or fewer than one is to be seen.</exception>
    public FrameStack(IEnvironment inner, int frames)
        : base(inner)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(frames, 1);
        var box = Inner.ObservationSpace as BoxSpace ?? throw new ArgumentException($"FrameStack needs a box of observations, but has {Inner.ObservationSpace}.", nameof(inner));
        this.frames = frames;
        frame = new Rows(box.Layout, 1);
        var last = box.Shape[^1];
        blockBytes = last * (box.Type == ElementType.Byte ? 1 : sizeof(float));
        stack = new byte[frames * frame.Raw(0, 0).Length];
        int[] shape = [.. box.Shape.SkipLast(1), frames * last];
        ObservationSpace = box.Type == ElementType.Byte ? BoxSpace.Bytes(shape) : BoxSpace.Bounded(Repeat(box.Low, last), Repeat(box.High, last), shape);
    }

    /// <inheritdoc/>
    public override Space ObservationSpace { get; }

    /// <inheritdoc/>
    public override void Reset(RandomStream random, RowWriter observation)
    {
        Inner.Reset(random, frame.Writer(0));
        for (var i = 0; i < frames; i++)
        {
            Put(i);
        }

        Show(observation);
    }

    /// <inheritdoc/>
    public override StepResult Step(RowReader action, RowWriter observation)
    {
        var result = Inner.Step(action, frame.Writer(0));

        // One move brings every block a place forward; what it takes from the next pixel is overwritten by the new frame.
        stack.AsSpan(blockBytes).CopyTo(stack);
        Put(frames - 1);
        Show(observation);
        return result;
    }

    /// <inheritdoc/>
    public override bool Withdraws(Type capability) => capability == typeof(IGoal) || base.Withdraws(capability);

    /// <inheritdoc/>
    protected override void SaveOwn(BinaryWriter writer) => writer.Write(stack);

    /// <inheritdoc/>
    protected override void LoadOwn(BinaryReader reader) => reader.BaseStream.ReadExactly(stack);

    private float[] Repeat(ReadOnlySpan<float> bounds, int last)
    {
        var repeated = new float[bounds.Length * frames];
        for (var i = 0; i < repeated.Length; i++)
        {
            repeated[i] = bounds[(i / (last * frames) * last) + (i % last)];
        }

        return repeated;
    }

    private void Put(int place)
    {
        ReadOnlySpan<byte> source = frame.Raw(0, 0);
        if (blockBytes == 1)
        {
            // Grey images: a call for each pixel would take longer than the games.
            for (int i = 0, target = place; i < source.Length && target < stack.Length; i++, target += frames)
            {
                stack[target] = source[i];
            }

            return;
        }

        for (var block = 0; block < source.Length / blockBytes; block++)
        {
            source.Slice(block * blockBytes, blockBytes).CopyTo(stack.AsSpan(((block * frames) + place) * blockBytes));
        }
    }

    private void Show(RowWriter observation)
    {
        if (frame.Layout.Leaves[0].Type == ElementType.Byte)
        {
            stack.CopyTo(observation.Bytes);
        }
        else
        {
            MemoryMarshal.Cast<byte, float>(stack).CopyTo(observation.Floats);
        }
    }
}
