using Bellman.Numerics;

namespace Bellman;

/// <summary>How streams and an environment's own state lie in a saved state.</summary>
internal static class SavedStates
{
    // No environment's state comes near this; a damaged length shall not take memory.
    private const int MaximumLength = 1 << 28;

    public static void Write(this BinaryWriter writer, RandomStreamState stream)
    {
        writer.Write((ulong)(stream.State >> 64));
        writer.Write((ulong)stream.State);
        writer.Write((ulong)(stream.Increment >> 64));
        writer.Write((ulong)stream.Increment);
        writer.Write(stream.HasHalf);
        writer.Write(stream.Half);
    }

    public static RandomStreamState ReadStream(this BinaryReader reader) => new(
        new UInt128(reader.ReadUInt64(), reader.ReadUInt64()),
        new UInt128(reader.ReadUInt64(), reader.ReadUInt64()),
        reader.ReadBoolean(),
        reader.ReadUInt32());

    /// <summary>Writes what an environment saves, with its length, so that one that reads more or less than it wrote is found out.</summary>
    public static void WriteBlock(this BinaryWriter writer, Action<BinaryWriter> save)
    {
        using var memory = new MemoryStream();
        using var inner = new BinaryWriter(memory);
        save(inner);
        inner.Flush();
        writer.Write((int)memory.Length);
        writer.Write(memory.GetBuffer(), 0, (int)memory.Length);
    }

    /// <summary>Lets an environment read what it wrote.</summary>
    /// <exception cref="InvalidDataException">It did not read all of it, or wants more.</exception>
    public static void ReadBlock(this BinaryReader reader, Action<BinaryReader> load)
    {
        var bytes = reader.ReadBytes(reader.ReadLength());
        using var inner = new BinaryReader(new MemoryStream(bytes));
        try
        {
            load(inner);
        }
        catch (EndOfStreamException exception)
        {
            throw new InvalidDataException($"its LoadState reads more than the {bytes.Length} bytes that its SaveState wrote", exception);
        }

        if (inner.BaseStream.Position != bytes.Length)
        {
            throw new InvalidDataException($"its LoadState reads {inner.BaseStream.Position} of the {bytes.Length} bytes that its SaveState wrote");
        }
    }

    /// <summary>A length that the rest of the data has room for.</summary>
    /// <exception cref="InvalidDataException">It is none.</exception>
    public static int ReadLength(this BinaryReader reader)
    {
        var length = reader.ReadInt32();
        return length >= 0 && length <= MaximumLength && length <= reader.BaseStream.Length - reader.BaseStream.Position
            ? length
            : throw new InvalidDataException($"a state of {length} bytes is claimed, which are not there");
    }

    /// <summary>Writes all rows, leaf by leaf.</summary>
    public static void Write(this BinaryWriter writer, Rows rows)
    {
        for (var row = 0; row < rows.Count; row++)
        {
            for (var leaf = 0; leaf < rows.Layout.Leaves.Count; leaf++)
            {
                writer.Write(rows.Raw(leaf, row));
            }
        }
    }

    /// <summary>Reads all rows.</summary>
    public static void Read(this BinaryReader reader, Rows rows)
    {
        for (var row = 0; row < rows.Count; row++)
        {
            for (var leaf = 0; leaf < rows.Layout.Leaves.Count; leaf++)
            {
                reader.BaseStream.ReadExactly(rows.Raw(leaf, row));
            }
        }
    }
}
