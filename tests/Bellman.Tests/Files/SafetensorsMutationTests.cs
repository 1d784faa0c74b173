using System.Buffers.Binary;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;
using Bellman.Numerics;

namespace Bellman.Tests;

/// <summary>Damaged files: each is either refused with one sentence or is a file after all, quickly and in little memory.</summary>
public sealed partial class SafetensorsMutationTests : IDisposable
{
    private const int Files = 100_000;
    private const int EveryNthIsMapped = 50;
    private const long AllowedBeyondTheFile = 1 << 20;

    // Numbers at which lengths, sizes and offsets break.
    private static readonly string[] Numbers =
    [
        "0", "1", "2", "3", "-1", "255", "65536", "2147483647", "2147483648", "4294967295", "4294967296", "99999999", "100000001", "4611686018427387904", "9223372036854775807", "9223372036854775808",
        "18446744073709551615", "18446744073709551616", "1e308", "0.5", "null", "[]", "{}", "\"\"",
    ];

    private static readonly string[] Tokens =
    [
        "{", "}", "[", "]", ",", ":", "\"", " ", "\t", "\0", "\\u0000", "\\ud800", "/**/", "__metadata__", "dtype", "shape", "data_offsets", "U8", "F16", "BF16", "I32", "F32", "I64", "F64",
        "[[[[[[[[", "{\"a\":", "\"a\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]},", "\uFEFF", "\uFFFF",
    ];

    private readonly string folder = Directory.CreateTempSubdirectory("bellman-").FullName;
    private readonly byte[] data = new byte[1 << 16];
    private readonly SplittableRandom random = new(1);

    [Fact]
    public void MutatedFiles_AreRefusedOrRead_WithNothingAllocatedBeyondTheFileAndOneMebibyte()
    {
        byte[][] whole = [Small(), Large(), SafetensorsTests.Bytes("{}      ", [])];
        foreach (var bytes in whole)
        {
            Assert.True(IsRead(bytes, mapped: true));
        }

        int read = 0, refused = 0;
        long most = 0;
        for (var trial = 0; trial < Files; trial++)
        {
            var file = whole[trial % 20 == 0 ? 1 : trial % 20 == 1 ? 2 : 0];
            for (var mutations = 1 + random.NextInt32(3); mutations > 0; mutations--)
            {
                file = Mutate(file);
            }

            var started = Stopwatch.GetTimestamp();
            var before = GC.GetAllocatedBytesForCurrentThread();
            var isRead = IsRead(file, mapped: trial % EveryNthIsMapped == 0);
            var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            most = Math.Max(most, allocated - file.Length);
            Assert.True(allocated <= file.Length + AllowedBeyondTheFile, $"File {trial} of {file.Length} bytes took {allocated}.");
            Assert.InRange(Stopwatch.GetElapsedTime(started).TotalSeconds, 0, 10);
            (read, refused) = isRead ? (read + 1, refused) : (read, refused + 1);
        }

        // Both happen often, so that neither path is tested in name only.
        TestContext.Current.TestOutputHelper!.WriteLine($"{read} read, {refused} refused; at most {most} bytes allocated beyond a file's size");
        Assert.InRange(read, Files / 50, Files);
        Assert.InRange(refused, Files / 2, Files);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static byte[] Small() => SafetensorsTests.Bytes(new SafetensorsWriter()
        .Add("weight", [2, 3], new float[] { 1, 2, 3, 4, 5, 6 })
        .Add("half", [3], new float[3], SafetensorsType.F16)
        .Add("brain", [1, 3], new float[3], SafetensorsType.BF16)
        .Add("count", [], new long[1])
        .Add("index", [2], new int[2])
        .Add("none", [0, 4], Array.Empty<byte>())
        .Add("mask", [5], new byte[5])
        .AddMetadata("format", "pt")
        .AddMetadata("note", "\"quoted\" \\ and é"));

    private static byte[] Large()
    {
        var writer = new SafetensorsWriter();
        for (var i = 0; i < 120; i++)
        {
            writer.Add($"layer.{i}.weight", [4, 8], new float[32]);
        }

        return SafetensorsTests.Bytes(writer);
    }

    // Whether it is a file; any other exception than a refusal fails the test.
    private bool IsRead(byte[] bytes, bool mapped)
    {
        var path = Path.Combine(folder, "mutated.safetensors");
        if (mapped)
        {
            File.WriteAllBytes(path, bytes);
        }

        try
        {
            using var file = mapped ? SafetensorsFile.Open(path) : SafetensorsFile.Read(bytes, "the file");
            long position = 0;
            foreach (var tensor in file.Tensors)
            {
                Assert.Equal(position, tensor.Start);
                position = tensor.End;
                Read(file, tensor);
            }

            Assert.Equal(bytes.Length - 8 - BinaryPrimitives.ReadInt64LittleEndian(bytes), position);
            return true;
        }
        catch (CheckpointException refusal)
        {
            SafetensorsRefusalTests.AssertOneSentence(refusal.Message);
            return false;
        }
    }

    private void Read(SafetensorsFile file, SafetensorsEntry tensor)
    {
        switch (tensor.Type)
        {
            case SafetensorsType.I64:
                file.Read(tensor.Name, Room<long>(tensor));
                break;
            case SafetensorsType.I32:
                file.Read(tensor.Name, Room<int>(tensor));
                break;
            case SafetensorsType.U8:
                file.Read(tensor.Name, Room<byte>(tensor));
                break;
            default:
                file.Read(tensor.Name, Room<float>(tensor));
                break;
        }
    }

    private Span<T> Room<T>(SafetensorsEntry tensor)
        where T : unmanaged => MemoryMarshal.Cast<byte, T>(data.AsSpan())[..(int)tensor.Count];

    private byte[] Mutate(byte[] file)
    {
        // Most of what can go wrong is said in the header.
        var header = file.Length < 9 ? file.Length : (int)Math.Clamp(BinaryPrimitives.ReadInt64LittleEndian(file) + 8, 9, file.Length);
        var at = random.NextInt32((random.NextInt32(8) == 0 ? file.Length : header) + 1);
        switch (random.NextInt32(10))
        {
            case 0 when at < file.Length:
                return [.. file[..at], (byte)(file[at] ^ (1 << random.NextInt32(8))), .. file[(at + 1)..]];
            case 1 when at < file.Length:
                return [.. file[..at], (byte)random.NextInt32(256), .. file[(at + 1)..]];
            case 2:
                return file[..at];
            case 3:
                return [.. file, .. file[..Math.Min(at, 32)]];
            case 4:
                return [.. file[..at], .. file[Math.Min(file.Length, at + 1 + random.NextInt32(12))..]];
            case 5 when file.Length >= 8:
                var length = random.NextInt32(4) switch { 0 => random.NextUInt64(), 1 => 1UL << random.NextInt32(64), _ => (ulong)(header - 8 + random.NextInt32(9) - 4) };
                return [.. BitConverter.GetBytes(length), .. file[8..]];
            case 6 or 7 when header > 8:
                return WithHeader(file, header, Digits().Replace(Encoding.UTF8.GetString(file, 8, header - 8), match => random.NextInt32(12) == 0 ? Numbers[random.NextInt32(Numbers.Length)] : match.Value));
            case 8 when header > 8:
                var text = Encoding.UTF8.GetString(file, 8, header - 8);
                return WithHeader(file, header, text.Insert(random.NextInt32(text.Length + 1), Tokens[random.NextInt32(Tokens.Length)]));
            case 9 when header > 8:
                return WithHeader(file, header, Encoding.UTF8.GetString(file, 8, header - 8) + new string(' ', random.NextInt32(20)));
            default:
                return [.. file[..at], .. Encoding.UTF8.GetBytes(Tokens[random.NextInt32(Tokens.Length)]), .. file[at..]];
        }
    }

    // With the length that belongs to it, so that the mutation is looked at and not the length alone.
    private static byte[] WithHeader(byte[] file, int header, string text) => SafetensorsTests.Bytes(text, file.AsSpan(header));

    [GeneratedRegex("[0-9]+")]
    private static partial Regex Digits();
}
