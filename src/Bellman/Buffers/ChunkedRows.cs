using System.Numerics;
using System.Runtime.InteropServices;

namespace Bellman;

/// <summary>Rows in any number: chunks of equal size, allocated as they are first written, so that no span must reach over 2 GiB. Each chunk is a segment of checkpoints.</summary>
internal sealed class ChunkedRows
{
    // Few files for large buffers, little to write anew for small ones.
    private const long SmallestChunk = 1 << 20;
    private const long LargestChunk = 1 << 26;
    private const int Chunks = 256;

    private readonly RowLayout layout;
    private readonly int shift;
    private readonly List<Chunk> chunks = [];

    /// <summary>Rows of a layout.</summary>
    /// <param name="layout">How a row lies in memory.</param>
    /// <param name="capacity">How many rows there may be.</param>
    /// <param name="chunkBytes">About how large a chunk is; 0 for a size that suits the capacity.</param>
    public ChunkedRows(RowLayout layout, int capacity, long chunkBytes = 0)
    {
        this.layout = layout;
        var rowBytes = Math.Max(1, layout.Leaves.Sum(leaf => (long)leaf.Length * SizeOf(leaf.Type)));
        var bytes = chunkBytes > 0 ? chunkBytes : Math.Clamp(rowBytes * capacity / Chunks, SmallestChunk, LargestChunk);
        var rows = (uint)Math.Clamp(bytes / rowBytes, 1, BitOperations.RoundUpToPowerOf2((uint)capacity));
        shift = BitOperations.Log2(rows);
        Length = RowsPerChunk * rowBytes;
    }

    /// <summary>How many rows a chunk has.</summary>
    public int RowsPerChunk => 1 << shift;

    /// <summary>How many bytes a chunk has.</summary>
    public long Length { get; }

    /// <summary>How many chunks are allocated: all up to the highest that was written.</summary>
    public int ChunkCount => chunks.Count;

    /// <summary>The chunks, for checkpoints.</summary>
    public IReadOnlyList<Segment> Segments => chunks;

    /// <summary>The bytes of a leaf of a row, to read.</summary>
    public ReadOnlySpan<byte> Read(int leaf, int row) => chunks[row >> shift].Rows.Raw(leaf, row & (RowsPerChunk - 1));

    /// <summary>The bytes of a leaf of a row, to write.</summary>
    public Span<byte> Write(int leaf, int row)
    {
        Reserve((row >> shift) + 1);
        var chunk = chunks[row >> shift];
        chunk.Touch();
        return chunk.Rows.Raw(leaf, row & (RowsPerChunk - 1));
    }

    /// <summary>A leaf of one byte.</summary>
    public byte ReadByte(int leaf, int row) => Read(leaf, row)[0];

    /// <summary>A leaf of one number.</summary>
    public T Read<T>(int leaf, int row) where T : unmanaged => MemoryMarshal.Read<T>(Read(leaf, row));

    /// <summary>Sets a leaf of one number.</summary>
    public void Write<T>(int leaf, int row, T value) where T : unmanaged => MemoryMarshal.Write(Write(leaf, row), value);

    /// <summary>Has exactly so many chunks, before they are loaded.</summary>
    public void SetChunkCount(int count)
    {
        chunks.RemoveRange(Math.Min(count, chunks.Count), Math.Max(0, chunks.Count - count));
        Reserve(count);
    }

    private static int SizeOf(ElementType type) => type == ElementType.Byte ? 1 : 4;

    private void Reserve(int count)
    {
        while (chunks.Count < count)
        {
            chunks.Add(new Chunk(new Rows(layout, RowsPerChunk), Length));
        }
    }

    // One leaf after the other, each as it lies in memory.
    private sealed class Chunk(Rows rows, long length) : Segment
    {
        public Rows Rows => rows;

        public override long Length => length;

        public override void WriteTo(Stream stream)
        {
            for (var leaf = 0; leaf < rows.Layout.Leaves.Count; leaf++)
            {
                stream.Write(rows.Raw(leaf));
            }
        }

        protected override void Fill(Stream stream)
        {
            for (var leaf = 0; leaf < rows.Layout.Leaves.Count; leaf++)
            {
                stream.ReadExactly(rows.Raw(leaf));
            }
        }
    }
}
