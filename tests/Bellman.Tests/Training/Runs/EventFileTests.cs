using System.Buffers.Binary;
using System.Text;

namespace Bellman.Tests;

/// <summary>The bytes that TensorBoard reads.</summary>
public sealed class EventFileTests : IDisposable
{
    private readonly string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".tfevents");

    [Theory]
    [InlineData("", 0x00000000u)]
    [InlineData("123456789", 0xe3069283u)]
    [InlineData("\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 0x8a9136aau)]
    public void Checksum_IsCrc32C_Masked(string text, uint crc) =>
        Assert.Equal(unchecked(((crc >> 15) | (crc << 17)) + 0xa282ead8), EventFile.MaskedChecksum(Encoding.ASCII.GetBytes(text)));

    [Fact]
    public void Checksum_IsTheOneOfKnownFiles() =>
        Assert.Equal(0x224b7fa3u, EventFile.MaskedChecksum([24, 0, 0, 0, 0, 0, 0, 0]));   // a first record of 24 bytes, as TensorFlow writes it, begins 18 00 00 00 00 00 00 00 a3 7f 4b 22

    [Fact]
    public void File_HasTheseBytes()
    {
        using (var file = EventFile.Create(path, DateTimeOffset.UnixEpoch.AddSeconds(1.5)))
        {
            file.Add("a/b", 0.5);
            file.WriteRow(DateTimeOffset.UnixEpoch.AddSeconds(2), step: 300);
        }

        // Worked out by hand from the definitions of TFRecord and of tensorflow.Event, the checksums by a table-driven CRC below.
        byte[] version = [0x09, 0, 0, 0, 0, 0, 0, 0xf8, 0x3f, 0x10, 0, 0x1a, 13, .. "brain.Event:2"u8];
        byte[] row = [0x09, 0, 0, 0, 0, 0, 0, 0, 0x40, 0x10, 0xac, 0x02, 0x2a, 12, 0x0a, 10, 0x0a, 3, (byte)'a', (byte)'/', (byte)'b', 0x15, 0, 0, 0, 0x3f];
        Assert.Equal([.. Record(version), .. Record(row)], File.ReadAllBytes(path));
    }

    [Fact]
    public void Rows_AreReadBack_AsTheyWere()
    {
        var names = Enumerable.Range(0, 200).Select(i => $"group/{new string('n', i)}é").ToArray();
        using (var file = EventFile.Create(path, DateTimeOffset.UnixEpoch))
        {
            foreach (var step in new[] { 0L, 127, 128, 5_000_000_000 })
            {
                foreach (var name in names)
                {
                    file.Add(name, name.Length + (step / 8.0));
                }

                file.Add("nothing", double.NaN);
                file.Add("endless", double.PositiveInfinity);
                file.WriteRow(DateTimeOffset.UnixEpoch.AddSeconds(step), step);
            }
        }

        var rows = EventReader.Read(path).Skip(1).ToList();
        Assert.Equal([0L, 127, 128, 5_000_000_000], rows.Select(row => row.Step));
        foreach (var row in rows)
        {
            Assert.Equal(row.Step, row.Time);
            Assert.Equal([.. names.Select(name => (name, (float)(name.Length + (row.Step / 8.0)))), ("endless", float.PositiveInfinity)], row.Values);
        }
    }

    [Fact]
    public void GoingOn_CutsOffWhatCameAfter_AndHasNoRowTwice()
    {
        long position;
        using (var file = EventFile.Create(path, DateTimeOffset.UnixEpoch))
        {
            Row(file, 1);
            file.Flush();
            position = file.Position;
            Row(file, 2);
            Row(file, 3);
        }

        // The process died in the middle of a record.
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..^7]);
        using (var file = EventFile.Continue(path, position))
        {
            Row(file, 2);
            Row(file, 4);
        }

        Assert.Equal([0L, 1, 2, 4], EventReader.Read(path).Select(row => row.Step));
        Assert.Contains("put it back as it was", Assert.Throws<IOException>(() => EventFile.Continue(path, 1_000_000)).Message);

        static void Row(EventFile file, long step)
        {
            file.Add("x", step);
            file.WriteRow(DateTimeOffset.UnixEpoch, step);
        }
    }

    public void Dispose() => File.Delete(path);

    private static byte[] Record(byte[] data)
    {
        var size = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(size, data.Length);
        return [.. size, .. Bytes(EventReader.Mask(size)), .. data, .. Bytes(EventReader.Mask(data))];

        static byte[] Bytes(uint value) => [(byte)value, (byte)(value >> 8), (byte)(value >> 16), (byte)(value >> 24)];
    }
}
