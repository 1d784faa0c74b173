using System.Runtime.InteropServices;
using System.Text;
using Bellman.Numerics;

namespace Bellman.Tests;

/// <summary>Safetensors files: the format's own examples load, every type comes back bit for bit, and equal contents give equal bytes.</summary>
public sealed class SafetensorsTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("bellman-").FullName;

    private string FilePath => Path.Combine(folder, "model.safetensors");

    [Theory]
    [InlineData("""{"test":{"dtype":"I32","shape":[2,2],"data_offsets":[0,16]}}""", 60)]
    [InlineData("""{"test":{"dtype":"I32","shape":[2,2],"data_offsets":[0,16]}}    """, 64)]
    public void TheFormatsMinimalExample_Loads_PaddedOrNot(string header, int length)
    {
        File.WriteAllBytes(FilePath, Bytes(header, [1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 255, 255, 255, 255]));
        Assert.Equal(length, File.ReadAllBytes(FilePath)[0]);
        using var file = SafetensorsFile.Open(FilePath);
        var tensor = Assert.Single(file.Tensors);
        Assert.Equal(("test", SafetensorsType.I32, 4L, 0L, 16L), (tensor.Name, tensor.Type, tensor.Count, tensor.Start, tensor.Bytes));
        Assert.Equal([2L, 2L], tensor.Shape);
        Assert.Empty(file.Metadata);
        var values = new int[4];
        file.Read("test", values);
        Assert.Equal([1, 2, 3, -1], values);
    }

    [Theory]
    [InlineData("attn.0", """{"attn.0":{"dtype":"F32","shape":[1,2,3],"data_offsets":[0,24]}}""", 64)]
    [InlineData("attn0", """{"attn0":{"dtype":"F32","shape":[1,2,3],"data_offsets":[0,24]}} """, 64)]
    [InlineData("a", """{"a":{"dtype":"F32","shape":[1,2,3],"data_offsets":[0,24]}}     """, 64)]
    [InlineData("attention", """{"attention":{"dtype":"F32","shape":[1,2,3],"data_offsets":[0,24]}}     """, 72)]
    public void WrittenBytes_AreThoseOfTheFormat_WithTheDataAligned(string name, string header, int length)
    {
        float[] data = [0, 1, 2, 3, 4, 5];
        Assert.Equal(length, header.Length);
        Assert.Equal(Bytes(header, MemoryMarshal.AsBytes(data.AsSpan())), Bytes(new SafetensorsWriter().Add(name, [1, 2, 3], data)));
    }

    [Fact]
    public void NoTensors_OrNothingButTexts_AreFiles()
    {
        Assert.Equal(Bytes("{}      ", []), Bytes(new SafetensorsWriter()));
        var bytes = Bytes(new SafetensorsWriter().AddMetadata("framework", "pt"));
        Assert.Equal(Bytes("""{"__metadata__":{"framework":"pt"}}     """, []), bytes);
        using var file = SafetensorsFile.Read(bytes, "file");
        Assert.Empty(file.Tensors);
        Assert.Equal("pt", file.Metadata["framework"]);
    }

    [Fact]
    public void ScalarsAndEmptyTensors_ComeBack_AnywhereInTheFile()
    {
        var bytes = Bytes(new SafetensorsWriter()
            .Add("scalar", [], new long[] { long.MinValue })
            .Add("none", [2, 0, 3], Array.Empty<float>())
            .Add("nothing", [0], Array.Empty<byte>())
            .Add("one", [1, 1], new byte[] { 7 }));
        using var file = SafetensorsFile.Read(bytes, "file");
        Assert.Equal(["scalar", "none", "nothing", "one"], file.Tensors.Select(tensor => tensor.Name));
        Assert.Equal([1L, 0L, 0L, 1L], file.Tensors.Select(tensor => tensor.Count));
        Assert.Equal([2L, 0L, 3L], file.Tensors[1].Shape);
        Assert.Empty(file.Tensors[0].Shape);
        Assert.Equal([long.MinValue], Read<long>(file, "scalar"));
        Assert.Empty(Read<float>(file, "none"));
        Assert.Empty(Read<byte>(file, "nothing"));
        Assert.Equal([7], Read<byte>(file, "one"));
    }

    [Fact]
    public void HeaderBytes_DoNotDependOnTheOrderOfAdding_AndLargeElementsLieFirst()
    {
        Action<SafetensorsWriter>[] parts =
        [
            writer => writer.Add("z", [3], new byte[3]), writer => writer.Add("h", [1], new Half[1]), writer => writer.Add("b", [1], new ushort[1]), writer => writer.Add("é \"\\\n😀", [1], new int[1]),
            writer => writer.Add("f2", [1], new float[1]), writer => writer.Add("f1", [1], new float[1]), writer => writer.Add("y", [1], new long[1]),
            writer => writer.AddMetadata("b", "2"), writer => writer.AddMetadata("a", "1"),
        ];
        var random = new SplittableRandom(1);
        var order = Enumerable.Range(0, parts.Length).ToArray();
        var first = Gather(order);
        for (var trial = 0; trial < 20; trial++)
        {
            random.Permute(order);
            Assert.Equal(first, Gather(order));
        }

        using var file = SafetensorsFile.Read(first, "file");
        Assert.Equal(["y", "f1", "f2", "é \"\\\n😀", "b", "h", "z"], file.Tensors.Select(tensor => tensor.Name));
        Assert.All(file.Tensors, tensor => Assert.Equal(0, tensor.Start % (tensor.Bytes / tensor.Count)));
        Assert.Equal(0, BitConverter.ToInt64(first) % 8);

        byte[] Gather(int[] order)
        {
            var writer = new SafetensorsWriter();
            Array.ForEach(order, part => parts[part](writer));
            return Bytes(writer);
        }
    }

    [Fact]
    public void EveryType_ComesBackBitForBit()
    {
        // All 65,536 patterns of 16 bits: zeros, denormals, infinities and every NaN.
        ushort[] patterns = [.. Enumerable.Range(0, 65_536).Select(bits => (ushort)bits)];
        var random = new SplittableRandom(2);
        uint[] words = [0, 0x8000_0000, 1, 0x8000_0001, 0x007F_FFFF, 0x7F80_0000, 0xFF80_0000, 0x7F80_0001, 0xFFBF_FFFF, 0x7FC0_1234, .. Enumerable.Range(0, 100_000).Select(_ => (uint)random.NextUInt64())];
        ComesBack(patterns, (writer, data) => writer.Add("x", [256, 256], data));
        ComesBack(MemoryMarshal.Cast<ushort, Half>(patterns).ToArray(), (writer, data) => writer.Add("x", [256, 256], data));
        ComesBack(MemoryMarshal.Cast<uint, float>(words).ToArray(), (writer, data) => writer.Add("x", [data.Length], data));
        ComesBack(MemoryMarshal.Cast<uint, int>(words).ToArray(), (writer, data) => writer.Add("x", [data.Length], data));
        ComesBack(MemoryMarshal.Cast<uint, long>(words).ToArray(), (writer, data) => writer.Add("x", [data.Length], data));
        ComesBack(MemoryMarshal.Cast<ushort, byte>(patterns).ToArray(), (writer, data) => writer.Add("x", [data.Length], data));

        void ComesBack<T>(T[] data, Action<SafetensorsWriter, T[]> add)
            where T : unmanaged
        {
            var writer = new SafetensorsWriter();
            add(writer, data);
            writer.Save(FilePath);
            Assert.Equal(File.ReadAllBytes(FilePath), Bytes(writer));
            using var file = SafetensorsFile.Open(FilePath);
            Assert.True(MemoryMarshal.AsBytes(data.AsSpan()).SequenceEqual(MemoryMarshal.AsBytes(Read<T>(file, "x").AsSpan())));
        }
    }

    [Fact]
    public void HalfPrecision_WidensToTheFloatsThatItsBitsDescribe()
    {
        ushort[] patterns = [.. Enumerable.Range(0, 65_536).Select(bits => (ushort)bits)];
        using var file = SafetensorsFile.Read(Bytes(new SafetensorsWriter().Add("b", [65_536], patterns).Add("h", [65_536], MemoryMarshal.Cast<ushort, Half>(patterns).ToArray())), "file");
        float[] fromBrain = Read<float>(file, "b"), fromHalf = Read<float>(file, "h");
        for (var bits = 0; bits < 65_536; bits++)
        {
            Assert.Equal((uint)bits << 16, BitConverter.SingleToUInt32Bits(fromBrain[bits]));
            int exponent = (bits >> 10) & 31, fraction = bits & 1023;
            var magnitude = exponent == 31 ? (fraction == 0 ? double.PositiveInfinity : double.NaN)
                : exponent == 0 ? fraction * Math.Pow(2, -24)
                : (1024 + fraction) * Math.Pow(2, exponent - 25);
            var expected = bits < 0x8000 ? magnitude : -magnitude;
            Assert.True(double.IsNaN(expected) ? float.IsNaN(fromHalf[bits]) : BitConverter.DoubleToInt64Bits(expected) == BitConverter.DoubleToInt64Bits(fromHalf[bits]), $"F16 {bits:X4} became {fromHalf[bits]}");
        }
    }

    [Theory]
    [InlineData(SafetensorsType.F16)]
    [InlineData(SafetensorsType.BF16)]
    public void Floats_AreRoundedToTheNearestHalf_TheEvenOneOfTwo(SafetensorsType type)
    {
        var random = new SplittableRandom(3);
        float[] values =
        [
            0f, -0f, float.PositiveInfinity, float.NegativeInfinity, float.Epsilon, 1f, 1.00390625f, 1.01171875f, 1.00048828125f, 1.00146484375f, 65_519.996f, 65_520f, float.MaxValue, 2.98e-8f, 2.9802322e-8f,
            .. Enumerable.Range(0, 50_000).Select(_ => BitConverter.UInt32BitsToSingle((uint)random.NextUInt64())).Where(value => !float.IsNaN(value)),
            .. Enumerable.Range(0, 10_000).Select(_ => random.Normal()),
        ];
        var bits = Narrow(values);
        using var file = SafetensorsFile.Read(Bytes(new SafetensorsWriter().Add("x", [values.Length], values, type)), "file");
        var rounded = Read<float>(file, "x");
        for (var i = 0; i < values.Length; i++)
        {
            Assert.Equal(float.IsNegative(values[i]), float.IsNegative(rounded[i]));

            // What lies beyond the largest value counts as one more step of the same size.
            double Distance(int neighbour) => Math.Abs(Math.Abs((double)values[i]) - Magnitude(neighbour));
            if (!float.IsInfinity(values[i]))
            {
                int magnitude = bits[i] & 0x7FFF, infinity = type == SafetensorsType.F16 ? 0x7C00 : 0x7F80;
                var distance = Distance(magnitude);
                foreach (var neighbour in new[] { magnitude - 1, magnitude + 1 }.Where(neighbour => neighbour >= 0 && neighbour <= infinity))
                {
                    Assert.True(distance < Distance(neighbour) || (distance == Distance(neighbour) && magnitude % 2 == 0), $"{values[i]:R} became {rounded[i]:R}");
                }
            }
            else
            {
                Assert.Equal(values[i], rounded[i]);
            }
        }

        Assert.All(Narrow([float.NaN, BitConverter.UInt32BitsToSingle(0x7F80_0001), BitConverter.UInt32BitsToSingle(0xFFFF_FFFF)]), half => Assert.True(IsNaN(half)));

        // Every pattern is its own nearest.
        ushort[] patterns = [.. Enumerable.Range(0, 65_536).Select(pattern => (ushort)pattern).Where(pattern => !IsNaN(pattern))];
        Assert.Equal(patterns, Narrow([.. patterns.Select(Widen)]));

        double Magnitude(int pattern) => type == SafetensorsType.F16
            ? (pattern == 0x7C00 ? 65_536 : (double)BitConverter.UInt16BitsToHalf((ushort)pattern))
            : (pattern == 0x7F80 ? Math.Pow(2, 128) : BitConverter.UInt32BitsToSingle((uint)pattern << 16));

        float Widen(ushort pattern) => type == SafetensorsType.F16 ? (float)BitConverter.UInt16BitsToHalf(pattern) : BitConverter.UInt32BitsToSingle((uint)pattern << 16);

        bool IsNaN(ushort pattern) => float.IsNaN(Widen(pattern));

        ushort[] Narrow(float[] floats)
        {
            using var narrow = SafetensorsFile.Read(Bytes(new SafetensorsWriter().Add("x", [floats.Length], floats, type)), "file");
            return type == SafetensorsType.F16 ? MemoryMarshal.Cast<Half, ushort>(Read<Half>(narrow, "x")).ToArray() : Read<ushort>(narrow, "x");
        }
    }

    [Fact]
    public void Parts_AreThoseOfTheWhole_InPiecesAndFromSeveralThreads()
    {
        // More than two of the pieces in which data is copied.
        float[] data = [.. Enumerable.Range(0, (1 << 21) + 1237).Select(i => i % 2048 * (i % 2 == 0 ? 1f : -1f))];
        new SafetensorsWriter().Add("full", [data.Length], data).Add("half", [data.Length], data, SafetensorsType.F16).Save(FilePath);
        using var file = SafetensorsFile.Open(FilePath);
        Assert.Equal(data, Read<float>(file, "full"));
        Assert.Equal(data, Read<float>(file, "half"));
        Parallel.For(0, 64, trial =>
        {
            var random = new SplittableRandom((ulong)trial);
            var start = random.NextInt32(data.Length);
            var part = new float[random.NextInt32(data.Length - start + 1)];
            file.ReadPart(trial % 2 == 0 ? "full" : "half", start, part);
            Assert.True(data.AsSpan(start, part.Length).SequenceEqual(part));
        });
        file.ReadPart("full", data.Length, Span<float>.Empty);
        Assert.Throws<ArgumentOutOfRangeException>(() => file.ReadPart("full", -1, new float[1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => file.ReadPart("full", data.Length, new float[1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => file.ReadPart("full", long.MaxValue, new float[1]));
    }

    [Fact]
    public void FileBeyond4GiB_IsReadAtItsEnd_WithoutReadingTheRest()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "A file with a hole takes its whole size on this system.");
        const long Many = (1L << 32) + 5;
        var header = $$$"""{"tail":{"dtype":"I64","shape":[2],"data_offsets":[{{{Many + 3}}},{{{Many + 19}}}]},"large":{"dtype":"U8","shape":[{{{Many + 3}}}],"data_offsets":[0,{{{Many + 3}}}]}}""";
        using (var stream = File.Create(FilePath))
        {
            stream.Write(Bytes(header, []));
            stream.Position += Many;
            stream.Write([1, 2, 3]);
            stream.Write(MemoryMarshal.AsBytes<long>([-1, long.MaxValue]));
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        using var file = SafetensorsFile.Open(FilePath);
        var end = new byte[4];
        file.ReadPart("large", Many - 1, end);
        Assert.Equal([0, 1, 2, 3], end);
        Assert.Equal([-1L, long.MaxValue], Read<long>(file, "tail"));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 16);
        Assert.Contains("4294967304 elements", Assert.Throws<CheckpointException>(() => file.Read("large", new byte[4])).Message);
    }

    [Fact]
    public void WrongQuestions_AreRefusedWithWhatTheFileHolds()
    {
        new SafetensorsWriter().Add("w", [2, 3], new float[6]).Add("n", [1], new long[1]).Add("b", [1], new ushort[1]).Save(FilePath);
        var file = SafetensorsFile.Open(FilePath);
        Assert.Contains("model.safetensors' holds 3 tensors and none of them is 'v'.", Assert.Throws<CheckpointException>(() => file.Read("v", new float[6])).Message);
        Assert.Contains("holds 'w' with 6 elements, [2, 3], where 5 were expected.", Assert.Throws<CheckpointException>(() => file.Read("w", new float[5])).Message);
        Assert.Contains("holds 'n' as I64, which is read into Int64 and not into Single.", Assert.Throws<CheckpointException>(() => file.Read("n", new float[1])).Message);
        Assert.Throws<CheckpointException>(() => file.Read("w", new double[6]));
        Assert.Throws<CheckpointException>(() => file.Read("w", new int[6]));
        Assert.Throws<CheckpointException>(() => file.Read("b", new Half[1]));
        Assert.Throws<CheckpointException>(() => file.ReadPart("n", 0, new int[1]));
        file.Dispose();
        Assert.Throws<ObjectDisposedException>(() => file.Read("w", new float[6]));
        Assert.Contains("There is no file", Assert.Throws<CheckpointException>(() => SafetensorsFile.Open(folder)).Message);
    }

    [Fact]
    public void WhatNoFileCanHold_IsRefusedWhenItIsAdded()
    {
        var writer = new SafetensorsWriter().Add("a", [1], new int[1]).AddMetadata("a", "text");
        Assert.Throws<ArgumentException>(() => writer.Add("a", [1], new int[1]));
        Assert.Throws<ArgumentException>(() => writer.Add("__metadata__", [1], new int[1]));
        Assert.Throws<ArgumentException>(() => writer.Add("\uD83D", [1], new int[1]));
        Assert.Throws<ArgumentException>(() => writer.AddMetadata("b", "\uDE00"));
        Assert.Throws<ArgumentException>(() => writer.AddMetadata("a", "again"));
        Assert.Throws<ArgumentException>(() => writer.Add("b", [2, 2], new float[3]));
        Assert.Throws<ArgumentException>(() => writer.Add("b", [-1, -1], new float[1]));
        Assert.Throws<ArgumentException>(() => writer.Add("b", [1L << 32, 1L << 32], Array.Empty<float>()));
        Assert.Throws<ArgumentException>(() => writer.Add("b", [1], new float[1], SafetensorsType.I32));
        using var file = SafetensorsFile.Read(Bytes(writer), "file");
        Assert.Single(file.Tensors);
    }

    [Fact]
    public void Checkpoint_GivesFloatsOfEveryPrecision_AndRefusesWholeNumbers()
    {
        var path = Path.Combine(folder, "a.bellman");
        new Checkpoint().Add("t", [new NamedTensor("b", [2, 3], [1, 2, 3, 4, 5, 6]), new NamedTensor("a", [], [7])]).Save(path);
        var read = Checkpoint.Open(path).Tensors("t");
        Assert.Equal([1, 2, 3, 4, 5, 6], read["b"].Data);
        Assert.Equal([2, 3], read["b"].Shape);
        Assert.Equal([7], read["a"].Data);
        Assert.Empty(read["a"].Shape);
        Assert.Equal(["a.bellman"], Directory.GetFiles(folder).Select(file => Path.GetFileName(file)!));

        using var halves = SafetensorsFile.Read(Bytes(new SafetensorsWriter().Add("h", [2], new float[] { 1, -0.5f }, SafetensorsType.BF16).Add("n", [1], new long[1]).Add("wide", [0, 1L << 40], Array.Empty<float>())), "file");
        Assert.Equal([1, -0.5f], halves.ReadNamed(halves.Tensors.Single(tensor => tensor.Name == "h")).Data);
        Assert.Contains("I64", Assert.Throws<CheckpointException>(() => halves.ReadNamed(halves.Tensors[0])).Message);
        Assert.Contains("too large", Assert.Throws<CheckpointException>(() => halves.ReadNamed(halves.Tensors[1])).Message);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    internal static byte[] Bytes(string header, ReadOnlySpan<byte> data)
    {
        var json = Encoding.UTF8.GetBytes(header);
        return [.. BitConverter.GetBytes((ulong)json.Length), .. json, .. data];
    }

    internal static byte[] Bytes(SafetensorsWriter writer)
    {
        using var stream = new MemoryStream();
        writer.WriteTo(stream);
        return stream.ToArray();
    }

    private static T[] Read<T>(SafetensorsFile file, string name)
        where T : unmanaged
    {
        var values = new T[file.Tensors.Single(tensor => tensor.Name == name).Count];
        file.Read(name, values.AsSpan());
        return values;
    }
}
