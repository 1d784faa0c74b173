using static Bellman.Numerics.Tests.Twins;

namespace Bellman.Numerics.Tests;

/// <summary>Fused attention against the plain sum over keys, in double precision.</summary>
[Trait("Category", "Kernels")]
public sealed class AttentionTests
{
    [Theory]
    [InlineData(2, 5, 5, 2, 3, 4, false)]
    [InlineData(2, 5, 5, 2, 3, 4, true)]
    [InlineData(1, 3, 7, 2, 16, 16, true)]
    [InlineData(1, 7, 3, 1, 5, 2, false)]
    [InlineData(1, 70, 70, 1, 2, 1, true)]
    public void Attention_EqualsItsDoubleTwin(int batch, int queries, int keys, int heads, int width, int valueWidth, bool causal) =>
        GradientCheck.Run(
            [(batch, queries, heads * width), (batch, keys, heads * width), (batch, keys, heads * valueWidth)],
            x => Tensor.Attention(x[0], x[1], x[2], heads, causal),
            x => Twin(x[0], x[1], x[2], batch, queries, keys, heads, causal, null));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void MaskedKeys_GetNoWeight_AndNoGradient(bool causal)
    {
        // The second sequence begins with padding, so that its first two queries see nothing if causal.
        float[] mask = [1, 1, 1, 0, 0, 0, 0, 1, 1, 1];
        GradientCheck.Run(
            [(2, 5, 6), (2, 5, 6), (2, 5, 4)],
            x => Tensor.Attention(x[0], x[1], x[2], 2, causal, x[0].Tape.Input(mask, (2, 5))),
            x => Twin(x[0], x[1], x[2], 2, 5, 5, 2, causal, mask));
    }

    [Theory]
    [InlineData(2, 5, 2, 3, true)]
    [InlineData(1, 66, 1, 2, true)]
    [InlineData(2, 4, 1, 8, false)]
    public void SelfAttention_EqualsItsDoubleTwin(int batch, int length, int heads, int width, bool causal) =>
        GradientCheck.Run([(batch, length, 3 * heads * width)], x => x[0].SelfAttention(heads, causal), x =>
        {
            double[] Part(int part) => Map(batch * length * heads * width, i => x[0][(i / (heads * width) * 3 * heads * width) + (part * heads * width) + (i % (heads * width))]);
            return Twin(Part(0), Part(1), Part(2), batch, length, length, heads, causal, null);
        });

    [Fact]
    public void OneTensorAsAllThree_GathersAllGradients() =>
        GradientCheck.Run([(2, 4, 6)], x => Tensor.Attention(x[0], x[0], x[0], 2), x => Twin(x[0], x[0], x[0], 2, 4, 4, 2, false, null));

    [Fact]
    public void Query_HasTheSameBits_AloneAndAmongOthers()
    {
        var random = new SplittableRandom(1);
        float[] q = Uniform(130 * 32), k = Uniform(130 * 32), v = Uniform(130 * 32);
        using var tape = new Tape();
        var together = Tensor.Attention(tape.Input(q, (1, 130, 32)), tape.Input(k, (1, 130, 32)), tape.Input(v, (1, 130, 32)), 2, causal: true).Values.ToArray();
        foreach (var place in new[] { 0, 17, 63, 64, 100, 129 })
        {
            var keys = place + 1;
            var alone = Tensor.Attention(
                tape.Input(q.AsSpan(place * 32, 32), (1, 1, 32)), tape.Input(k.AsSpan(0, keys * 32), (1, keys, 32)), tape.Input(v.AsSpan(0, keys * 32), (1, keys, 32)), 2, causal: true);
            Assert.Equal(together.AsSpan(place * 32, 32), alone.Values);
        }

        float[] Uniform(int count) => [.. Enumerable.Range(0, count).Select(_ => (4 * random.NextSingle()) - 2)];
    }

    [Fact]
    public void ShapesThatDoNotFit_AreNamed()
    {
        using var tape = new Tape();
        Tensor x = tape.Fill(0, (2, 5, 6)), y = tape.Fill(0, (2, 4, 6));
        Assert.Contains("n ≤ m", Assert.Throws<ArgumentException>(() => Tensor.Attention(x, y, y, 2, causal: true)).Message);
        Assert.Contains("[2, 5, 6]", Assert.Throws<ArgumentException>(() => Tensor.Attention(x, y, y, 4)).Message);
        Assert.Contains("3·heads·width", Assert.Throws<ArgumentException>(() => x.SelfAttention(4)).Message);
        Assert.Contains("[2, 4]", Assert.Throws<ArgumentException>(() => Tensor.Attention(x, y, y, 2, keyMask: x)).Message);
    }

    private static double[] Twin(double[] q, double[] k, double[] v, int batch, int queries, int keys, int heads, bool causal, float[]? mask)
    {
        int width = q.Length / (batch * queries * heads), valueWidth = v.Length / (batch * keys * heads);
        var output = new double[batch * queries * heads * valueWidth];
        for (var b = 0; b < batch; b++)
        {
            for (var h = 0; h < heads; h++)
            {
                for (var i = 0; i < queries; i++)
                {
                    var weights = Map(keys, j => (causal && j > i + keys - queries) || mask?[(b * keys) + j] == 0
                        ? 0
                        : Math.Exp(Enumerable.Range(0, width).Sum(c => q[At(b, i, h, c, queries, width)] * k[At(b, j, h, c, keys, width)]) / Math.Sqrt(width)));
                    for (var c = 0; c < valueWidth; c++)
                    {
                        output[At(b, i, h, c, queries, valueWidth)] = weights.Sum() == 0 ? 0 : Enumerable.Range(0, keys).Sum(j => weights[j] * v[At(b, j, h, c, keys, valueWidth)]) / weights.Sum();
                    }
                }
            }
        }

        return output;

        int At(int b, int place, int head, int c, int length, int size) => (((((b * length) + place) * heads) + head) * size) + c;
    }
}
