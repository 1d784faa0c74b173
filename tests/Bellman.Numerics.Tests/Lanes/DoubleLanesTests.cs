namespace Bellman.Numerics.Tests;

/// <summary>Double lanes at this process's width against plain arithmetic, and their sine and cosine against the library's.</summary>
[Trait("Category", "Kernels")]
public sealed class DoubleLanesTests
{
    // In the last place of numbers from a half to one.
    private const double TwoUnits = 1.0 / (1L << 52);

    [Fact]
    public void SineAndCosine_AreWithinTwoUnitsOfTheLibrarys_UpToAHundredThousand()
    {
        var random = new SplittableRandom(4);
        foreach (var range in new[] { 0.1, 1, 10, 1e3, 1e5 })
        {
            double[] x = [.. Enumerable.Range(0, 4000).Select(_ => ((2 * random.NextDouble()) - 1) * range)];
            var (sine, cosine) = SinesAndCosines(x);
            for (var i = 0; i < x.Length; i++)
            {
                // Without FMA the remainder loses a digit for each of the angle's.
                var tolerance = NumericsInfo.KernelSet >= KernelSet.Avx2 ? TwoUnits : TwoUnits * (1 + Math.Abs(x[i]));
                Assert.Equal(Math.Sin(x[i]), sine[i], tolerance);
                Assert.Equal(Math.Cos(x[i]), cosine[i], tolerance);
            }
        }
    }

    [Fact]
    public void SineAndCosine_AreExactAtZero_AndTurnAtTheQuarters()
    {
        double[] x = [0, Math.PI / 2, Math.PI, 3 * Math.PI / 2, 2 * Math.PI, -Math.PI / 2, -Math.PI, 0.7853981633974483];
        var (sine, cosine) = SinesAndCosines(x);
        Assert.Equal((0, 1), (sine[0], cosine[0]));
        for (var i = 0; i < x.Length; i++)
        {
            Assert.Equal(Math.Sin(x[i]), sine[i], TwoUnits);
            Assert.Equal(Math.Cos(x[i]), cosine[i], TwoUnits);
        }
    }

    [Fact]
    public void Operations_AreThoseOfPlainArithmetic()
    {
        var random = new SplittableRandom(9);
        double[] a = [.. Enumerable.Range(0, 16).Select(_ => (20 * random.NextDouble()) - 10)], b = [.. Enumerable.Range(0, 16).Select(i => i % 3 == 0 ? a[i] : (20 * random.NextDouble()) - 10)];
        int[] integers = [.. Enumerable.Range(-8, 16)];
        float[] floats = [.. a.Select(value => (float)value)];
        var results = Enumerable.Range(0, 18).Select(_ => new double[16]).ToArray();
        float[] rows2 = new float[32], rows3 = new float[48], rows4 = new float[64];
        var bits = new uint[16];
        DoubleLanes.Run(new Everything(a, b, integers, floats, results, rows2, rows3, rows4, bits));
        Func<int, double>[] expected =
        [
            i => a[i] + b[i], i => a[i] - b[i], i => a[i] * b[i], i => a[i] / b[i], i => -a[i], i => Math.Min(a[i], b[i]), i => Math.Max(a[i], b[i]), i => Math.Abs(a[i]), i => Math.Floor(a[i]),
            i => a[i] < b[i] ? a[i] : 7, i => a[i] <= b[i] ? a[i] : 7, i => a[i] == b[i] ? a[i] : 7, i => a[i] < 0 && b[i] < 0 ? 1 : 0, i => a[i] < 0 || b[i] < 0 ? 1 : 0,
            i => integers[i], i => floats[i],
            i => (BitConverter.DoubleToInt64Bits(a[i]) & 4) != 0 ? 1 : 0, i => (BitConverter.DoubleToInt64Bits(a[i]) & 8) != 0 ? -b[i] : b[i],
        ];
        Assert.All(expected.Zip(results), pair => Assert.Equal(Enumerable.Range(0, 16).Select(pair.First), pair.Second));
        for (var i = 0; i < 16; i++)
        {
            Assert.Equal(a[i] < b[i], bits[i] != 0);
            Assert.Equal([(float)a[i], (float)b[i]], rows2[(2 * i)..(2 * (i + 1))]);
            Assert.Equal([(float)a[i], (float)b[i], i - 8], rows3[(3 * i)..(3 * (i + 1))]);
            Assert.Equal([(float)a[i], (float)b[i], i - 8, (float)-a[i]], rows4[(4 * i)..(4 * (i + 1))]);
        }
    }

    [Fact]
    public void WhatLiesOutside_IsRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => DoubleLanes.Run(new Outside(new double[64], 60)));
        Assert.Throws<ArgumentOutOfRangeException>(() => DoubleLanes.Run(new Outside(new double[64], -1)));
    }

    internal static (double[] Sine, double[] Cosine) SinesAndCosines(double[] x)
    {
        var (sine, cosine) = (new double[x.Length], new double[x.Length]);
        DoubleLanes.Run(new SinCosWork(x, sine, cosine));
        return (sine, cosine);
    }

    private readonly struct SinCosWork(double[] x, double[] sine, double[] cosine) : IDoubleLanesWork
    {
        public void Run<TLanes>() where TLanes : struct, IDoubleLanes<TLanes>
        {
            for (var i = 0; i < x.Length; i += TLanes.Count)
            {
                var (s, c) = DoubleMath.SinCos(TLanes.Load(x, i));
                s.Store(sine, i);
                c.Store(cosine, i);
            }
        }
    }

    private readonly struct Outside(double[] values, int start) : IDoubleLanesWork
    {
        // Eight at least, so that every width reaches outside.
        public void Run<TLanes>() where TLanes : struct, IDoubleLanes<TLanes>
        {
            for (var i = 0; i < 8; i += TLanes.Count)
            {
                try
                {
                    TLanes.Load(values, start + i).Store(values, 0);
                }
                catch (IndexOutOfRangeException exception)
                {
                    throw new ArgumentOutOfRangeException("One lane is an array's element.", exception);
                }
            }
        }
    }

    private readonly struct Everything(double[] first, double[] second, int[] integers, float[] floats, double[][] results, float[] rows2, float[] rows3, float[] rows4, uint[] bits) : IDoubleLanesWork
    {
        public void Run<TLanes>() where TLanes : struct, IDoubleLanes<TLanes>
        {
            TLanes zero = TLanes.Create(0), one = TLanes.Create(1), seven = TLanes.Create(7);
            for (var i = 0; i < first.Length; i += TLanes.Count)
            {
                TLanes a = TLanes.Load(first, i), b = TLanes.Load(second, i), n = TLanes.Load(integers.AsSpan(), i);
                TLanes[] values =
                [
                    a + b, a - b, a * b, a / b, -a, TLanes.Min(a, b), TLanes.Max(a, b), TLanes.Abs(a), TLanes.Floor(a),
                    TLanes.Select(TLanes.LessThan(a, b), a, seven), TLanes.Select(TLanes.LessThanOrEqual(a, b), a, seven), TLanes.Select(TLanes.Equal(a, b), a, seven),
                    TLanes.Select(TLanes.LessThan(a, zero) & TLanes.LessThan(b, zero), one, zero), TLanes.Select(TLanes.LessThan(a, zero) | TLanes.LessThan(b, zero), one, zero),
                    n, TLanes.Load(floats.AsSpan(), i), TLanes.Select(TLanes.MaskFromBit(a, 2), one, zero), b ^ TLanes.SignFromBit(a, 3),
                ];
                for (var k = 0; k < values.Length; k++)
                {
                    values[k].Store(results[k], i);
                }

                TLanes.StoreRows(rows2, i, a, b);
                TLanes.StoreRows(rows3, i, a, b, n);
                TLanes.StoreRows(rows4, i, a, b, n, -a);
                var less = TLanes.Bits(TLanes.LessThan(a, b));
                for (var lane = 0; lane < TLanes.Count; lane++)
                {
                    bits[i + lane] = (less >> lane) & 1;
                }
            }
        }
    }
}
