using System.Globalization;
using System.Text.Json;

namespace Bellman.Numerics.Tests;

/// <summary>The environments' stream against NumPy, bit for bit.</summary>
public sealed class RandomStreamTests
{
    public static TheoryData<ulong> Seeds => [.. Cases.Keys];

    private static readonly Dictionary<ulong, JsonElement> Cases = JsonDocument
        .Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Data", "numpy_pcg64.json"))).RootElement.GetProperty("cases").EnumerateArray()
        .ToDictionary(@case => @case.GetProperty("seed").GetUInt64());

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Stream_EqualsNumPy_BitForBit(ulong seed)
    {
        var @case = Cases[seed];
        Assert.Equal(Hexadecimal(@case.GetProperty("pcg64_state_hex")), new RandomStream(seed).Save().State);
        Assert.Equal(Hexadecimal(@case.GetProperty("pcg64_inc_hex")), new RandomStream(seed).Save().Increment);
        Assert.Equal(@case.GetProperty("raw_u64_hex").EnumerateArray().Select(x => (ulong)Hexadecimal(x)), Draw("raw_u64_hex", stream => stream.NextUInt64()));
        Assert.Equal(Doubles("random"), Draw("random", stream => stream.NextDouble()));
        Assert.Equal(Doubles("uniform_m005_005_size4"), Draw("uniform_m005_005_size4", stream => stream.Uniform(-0.05, 0.05)));
        Assert.Equal(Doubles("standard_normal"), Draw("standard_normal", stream => stream.Normal()));
        Assert.Equal(Doubles("integers_0_4"), Draw("integers_0_4", stream => (double)stream.Integers(0, 4)));
        Assert.Equal(Doubles("integers_scalar_0_13"), Draw("integers_scalar_0_13", stream => (double)stream.Integers(0, 13)));

        IEnumerable<double> Doubles(string name) => @case.GetProperty(name).EnumerateArray().Select(x => x.GetDouble());

        T[] Draw<T>(string name, Func<RandomStream, T> draw)
        {
            var stream = new RandomStream(seed);
            return [.. @case.GetProperty(name).EnumerateArray().Select(_ => draw(stream))];
        }
    }

    [Fact]
    public void Choice_EqualsNumPy_OnABlackjackDeck()
    {
        int[] deck = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 10, 10, 10];
        foreach (var (seed, @case) in Cases)
        {
            var stream = new RandomStream(seed);
            Assert.All(@case.GetProperty("choice_of_13_blackjack").EnumerateArray(), card => Assert.Equal(card.GetInt32(), deck[stream.Choice(13)]));
        }
    }

    [Fact]
    public void Choice_FollowsItsProbabilities()
    {
        // NumPy: Generator(PCG64(0)).choice(3, p=[.2, .3, .5]) compares .63696, .26979, .04097, .01653, .81327 with the cumulative sums.
        var stream = new RandomStream(0);
        int[] drawn = [.. Enumerable.Range(0, 5).Select(_ => stream.Choice([0.2, 0.3, 0.5]))];
        Assert.Equal([2, 1, 0, 0, 2], drawn);
        Assert.Throws<ArgumentException>(() => stream.Choice([0.5, 0.6]));
    }

    [Fact]
    public void HalfWord_IsKeptInTheState()
    {
        var stream = new RandomStream(7);
        stream.NextUInt32();
        var saved = stream.Save();
        Assert.True(saved.HasHalf);
        uint[] expected = [stream.NextUInt32(), stream.NextUInt32(), stream.NextUInt32()];
        var other = new RandomStream(99);
        other.Load(saved);
        uint[] repeated = [other.NextUInt32(), other.NextUInt32(), other.NextUInt32()];
        Assert.Equal(expected, repeated);
    }

    [Fact]
    public void Normal_HasItsMoments_AndTail()
    {
        var stream = new RandomStream(3);
        const int count = 1_000_000;
        double sum = 0, squares = 0, fourth = 0, beyond = 0;
        for (var i = 0; i < count; i++)
        {
            var x = stream.Normal();
            sum += x;
            squares += x * x;
            fourth += x * x * x * x;
            beyond += Math.Abs(x) > NormalZiggurat.TailStart ? 1 : 0;
        }

        // Four standard errors each; P(|x| > 3.654) = 2.581e-4.
        Assert.Equal(0, sum / count, 0.004);
        Assert.Equal(1, squares / count, 4 * Math.Sqrt(2.0 / count));
        Assert.Equal(3, fourth / count, 4 * Math.Sqrt(96.0 / count));
        Assert.Equal(2.581e-4, beyond / count, 4 * Math.Sqrt(2.581e-4 / count));
    }

    private static UInt128 Hexadecimal(JsonElement text) => UInt128.Parse(text.GetString()!.AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
