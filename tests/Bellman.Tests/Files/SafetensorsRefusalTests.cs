namespace Bellman.Tests;

/// <summary>Every way in which a safetensors file can break the format is refused, with one sentence that says what and where.</summary>
public sealed class SafetensorsRefusalTests : IDisposable
{
    // Stands for @ in the headers below.
    private const string A = "\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}";

    private readonly string folder = Directory.CreateTempSubdirectory("bellman-").FullName;

    [Fact]
    public void EmptyFile_IsRefused() => Refuses([], "has 0 bytes where the header's length alone takes 8");

    [Fact]
    public void TruncatedLength_IsRefused() => Refuses([60, 0, 0, 0, 0, 0, 0], "has 7 bytes where the header's length alone takes 8");

    [Fact]
    public void TruncatedHeader_IsRefused() => Refuses(Example()[..40], "names a header of 60 bytes where 32 follow");

    [Fact]
    public void OverlongHeader_IsRefused() => Refuses([61, .. Example()[1..^16]], "names a header of 61 bytes where 60 follow");

    [Fact]
    public void TruncatedData_IsRefused() => Refuses(Example()[..^1], "has 15 bytes of data where its tensors take 16");

    [Fact]
    public void BytesBehindTheData_AreRefused() => Refuses([.. Example(), .. "PK"u8], "has 18 bytes of data where its tensors take 16");

    [Fact]
    public void InvalidUtf8_IsRefused()
    {
        Refuses([1, 0, 0, 0, 0, 0, 0, 0, 0xFF], "begins its header with the byte 0xFF");
        var file = Example();
        file[10] = 0xFF;
        Refuses(file, "has a header that is not valid UTF-8");
    }

    [Theory]
    [InlineData(100_000_001)]
    [InlineData(0x7FFF_FFFF)]
    [InlineData(long.MaxValue)]
    [InlineData(-1)]
    [InlineData(99_999_999)]
    public void HugeHeaderLength_IsRefused_WithoutTakingMemoryForIt(long length)
    {
        byte[] file = [.. BitConverter.GetBytes(length), .. Example()[8..]];
        Refuses(file, $"names a header of {(ulong)length} bytes where {(length == 99_999_999 ? "76 follow" : "at most 100000000 are allowed")}");
        var path = Path.Combine(folder, "huge.safetensors");
        File.WriteAllBytes(path, file);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<CheckpointException>(() => SafetensorsFile.Read(file, "file"));
        Assert.Throws<CheckpointException>(() => SafetensorsFile.Open(path));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 16);
    }

    [Theory]
    [InlineData("overlapping", """{@,"b":{"dtype":"F32","shape":[1],"data_offsets":[2,6]}}""", 6, "lets 'b' begin at byte 2 of its data, where it overlaps 'a' that ends at byte 4")]
    [InlineData("same place", """{@,"b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 4, "lets 'b' begin at byte 0 of its data, where it overlaps 'a'")]
    [InlineData("empty inside another", """{@,"b":{"dtype":"F32","shape":[0],"data_offsets":[2,2]}}""", 4, "lets 'b' begin at byte 2")]
    [InlineData("hole between", """{@,"b":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}""", 12, "leaves a hole from byte 4 of its data to byte 8, where 'b' begins")]
    [InlineData("hole before", """{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "leaves a hole from byte 0 of its data to byte 4, where 'a' begins")]
    [InlineData("no tensor for the data", "{}", 8, "has 8 bytes of data where its tensors take 0")]
    [InlineData("size mismatch", """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", 4, "places 'a' at bytes 0 to 4 where F32 [2] takes 8 bytes")]
    [InlineData("size mismatch of a scalar", """{"a":{"dtype":"U8","shape":[],"data_offsets":[0,0]}}""", 0, "places 'a' at bytes 0 to 0 where U8 [] takes 1 bytes")]
    [InlineData("offsets backwards", """{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}""", 4, "places 'a' at bytes 4 to 0")]
    [InlineData("offsets at the end of 64 bits", """{"a":{"dtype":"F32","shape":[1],"data_offsets":[9223372036854775807,3]}}""", 4, "places 'a' at bytes 9223372036854775807 to 3")]
    [InlineData("overflowing shape", """{"a":{"dtype":"I32","shape":[2,9223372036854775807],"data_offsets":[0,16]}}""", 16, "gives 'a' the shape [2, 9223372036854775807] whose size overflows 64 bits")]
    [InlineData("overflowing bytes", """{"a":{"dtype":"I64","shape":[2305843009213693952],"data_offsets":[0,16]}}""", 16, "whose size overflows 64 bits")]
    [InlineData("shape that wraps to fit", """{"a":{"dtype":"U8","shape":[4294967296,4294967296,1],"data_offsets":[0,0]}}""", 0, "whose size overflows 64 bits")]
    [InlineData("size beyond 64 bits", """{"a":{"dtype":"I32","shape":[2,18446744073709551614],"data_offsets":[0,16]}}""", 16, "has Number at byte 31 of its header where a whole number up to 9223372036854775807 was expected")]
    [InlineData("negative size", """{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}""", 4, "a whole number up to 9223372036854775807 was expected")]
    [InlineData("negative zero", """{"a":{"dtype":"F32","shape":[-0],"data_offsets":[0,0]}}""", 0, "a whole number")]
    [InlineData("fraction", """{"a":{"dtype":"F32","shape":[1.0],"data_offsets":[0,4]}}""", 4, "a whole number")]
    [InlineData("exponent", """{"a":{"dtype":"F32","shape":[1e0],"data_offsets":[0,4]}}""", 4, "a whole number")]
    [InlineData("text for a number", """{"a":{"dtype":"F32","shape":["1"],"data_offsets":[0,4]}}""", 4, "has String at byte 29 of its header where a whole number")]
    [InlineData("number for a list", """{"a":{"dtype":"F32","shape":1,"data_offsets":[0,4]}}""", 4, "where a list of whole numbers was expected")]
    [InlineData("one offset", """{"a":{"dtype":"F32","shape":[1],"data_offsets":[4]}}""", 4, "gives 'a' 1 data_offsets where 2 were expected")]
    [InlineData("three offsets", """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4,4]}}""", 4, "gives 'a' more than 2 data_offsets")]
    [InlineData("unknown type", """{"a":{"dtype":"F64","shape":[1],"data_offsets":[0,8]}}""", 8, "gives 'a' the type 'F64' where one of U8, F16, BF16, I32, F32, I64 was expected")]
    [InlineData("type by number", """{"a":{"dtype":"4","shape":[1],"data_offsets":[0,4]}}""", 4, "gives 'a' the type '4'")]
    [InlineData("type in small letters", """{"a":{"dtype":"f32","shape":[1],"data_offsets":[0,4]}}""", 4, "gives 'a' the type 'f32'")]
    [InlineData("type null", """{"a":{"dtype":null,"shape":[1],"data_offsets":[0,4]}}""", 4, "has Null at byte 14 of its header where a text was expected")]
    [InlineData("no type", """{"a":{"shape":[1],"data_offsets":[0,4]}}""", 4, "gives 'a' no dtype")]
    [InlineData("no shape", """{"a":{"dtype":"F32","data_offsets":[0,4]}}""", 4, "gives 'a' no shape")]
    [InlineData("no offsets", """{"a":{"dtype":"F32","shape":[1]}}""", 4, "gives 'a' no data_offsets")]
    [InlineData("unknown field", """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"more":1}}""", 4, "gives 'a' the field 'more' where dtype, shape and data_offsets were expected once each")]
    [InlineData("duplicate field", """{"a":{"dtype":"F32","shape":[1],"shape":[1],"data_offsets":[0,4]}}""", 4, "gives 'a' the field 'shape' where")]
    [InlineData("duplicate tensor", """{@,@}""", 4, "names 'a' twice in its header")]
    [InlineData("duplicate tensor, escaped", """{@,"\u0061":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 4, "names 'a' twice in its header")]
    [InlineData("duplicate metadata", """{"__metadata__":{},"__metadata__":{}}""", 0, "names '__metadata__' twice in its header")]
    [InlineData("duplicate text", """{"__metadata__":{"x":"1","x":"1"}}""", 0, "names 'x' twice in its metadata")]
    [InlineData("text that is a number", """{"__metadata__":{"x":1}}""", 0, "has Number at byte 21 of its header where a text was expected")]
    [InlineData("metadata that is a text", """{"__metadata__":"x"}""", 0, "where an object of texts was expected")]
    [InlineData("tensor that is a list", """{"a":[]}""", 0, "where an object was expected")]
    [InlineData("led by spaces", """ {@}""", 4, "begins its header with the byte 0x20 where '{' was expected")]
    [InlineData("led by a byte order mark", "\uFEFF{@}", 4, "begins its header with the byte 0xEF where '{' was expected")]
    [InlineData("a list", "[]", 0, "begins its header with the byte 0x5B where '{' was expected")]
    [InlineData("no header", "", 0, "begins its header with nothing where '{' was expected")]
    [InlineData("unfinished", "{", 0, "has a header that is no well-formed JSON near its byte")]
    [InlineData("a comma too many", """{@,}""", 4, "no well-formed JSON near its byte")]
    [InlineData("a comment", """{@/**/}""", 4, "no well-formed JSON near its byte")]
    [InlineData("half of a surrogate pair", """{"\ud83d":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 4, "no well-formed JSON near its byte 1")]
    [InlineData("padded with tabs", "{@}\t", 4, "goes on with the byte 0x09 after the JSON of its header, where only spaces were expected")]
    [InlineData("padded with zeros", "{@}\0", 4, "goes on with the byte 0x00 after the JSON of its header")]
    [InlineData("two values", "{}{}", 0, "goes on with the byte 0x7B after the JSON of its header")]
    public void HeaderThatBreaksARule_IsRefused(string kind, string header, int data, string expected)
    {
        Assert.NotEmpty(kind);
        Refuses(SafetensorsTests.Bytes(header.Replace("@", A, StringComparison.Ordinal), new byte[data]), expected);
    }

    [Fact]
    public void NamesInMessages_AreShortAndOnOneLine()
    {
        var name = string.Concat(Enumerable.Repeat("line\\n", 1000));
        Refuses(SafetensorsTests.Bytes($$$"""{"{{{name}}}":{"dtype":"X","shape":[1],"data_offsets":[0,4]}}""", new byte[4]), "line?line?");
        Refuses(SafetensorsTests.Bytes($$$"""{"a":{"dtype":"F32","shape":[{{{string.Join(',', Enumerable.Repeat(2, 40))}}}],"data_offsets":[0,4]}}""", new byte[4]), "F32 [2, 2, 2, 2, 2, 2, 2, 2, …] takes 4398046511104 bytes");
    }

    [Fact]
    public void LargeHeaders_TakeMemoryInProportion_WhateverTheyHold()
    {
        const int Count = 20_000;
        var tensors = Enumerable.Range(0, Count).Select(i => $"\"{i:X}\":{{\"dtype\":\"U8\",\"shape\":[],\"data_offsets\":[{i},{i + 1}]}}");
        Takes($"{{{string.Join(',', tensors)}}}", new byte[Count]);
        Takes($"{{\"__metadata__\":{{{string.Join(',', Enumerable.Range(0, Count).Select(i => $"\"{i:X}\":\"\""))}}}}}", []);
        Takes($"{{\"a\":{{\"dtype\":\"U8\",\"shape\":[{string.Join(',', Enumerable.Repeat("0", 1_000_000))}],\"data_offsets\":[0,0]}}}}", [], isRead: false);

        static void Takes(string header, byte[] data, bool isRead = true)
        {
            var file = SafetensorsTests.Bytes(header, data);
            var before = GC.GetAllocatedBytesForCurrentThread();
            var exception = Record.Exception(() => SafetensorsFile.Read(file, "file").Dispose());
            var times = (GC.GetAllocatedBytesForCurrentThread() - before) / (double)header.Length;
            Assert.Equal(isRead, exception is null);
            Assert.InRange(times, 0, 20);
            TestContext.Current.TestOutputHelper!.WriteLine($"{times:F1} times the header");
        }
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    internal static void AssertOneSentence(string message)
    {
        Assert.EndsWith(".", message, StringComparison.Ordinal);
        Assert.DoesNotContain(". ", message, StringComparison.Ordinal);
        Assert.DoesNotContain(message, char.IsControl);
        Assert.InRange(message.Length, 20, 500);
    }

    private static byte[] Example() => SafetensorsTests.Bytes("""{"test":{"dtype":"I32","shape":[2,2],"data_offsets":[0,16]}}""", new byte[16]);

    // In memory and mapped, with the same words.
    private void Refuses(byte[] bytes, string expected)
    {
        var message = Assert.Throws<CheckpointException>(() => SafetensorsFile.Read(bytes, "here")).Message;
        Assert.StartsWith("here ", message, StringComparison.Ordinal);
        Assert.Contains(expected, message, StringComparison.Ordinal);
        AssertOneSentence(message);
        var path = Path.Combine(folder, "broken.safetensors");
        File.WriteAllBytes(path, bytes);
        Assert.Equal(message["here".Length..], Assert.Throws<CheckpointException>(() => SafetensorsFile.Open(path)).Message[(path.Length + 2)..]);
    }
}
