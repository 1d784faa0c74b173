using Bellman.Numerics;

namespace Bellman.Tests;

/// <summary>What spaces contain, draw, print and equal.</summary>
public sealed class SpaceTests
{
    public static TheoryData<Space, string> Spaces => new()
    {
        { new DiscreteSpace(3), "Discrete(3)" },
        { new DiscreteSpace(3, -1), "Discrete(3, start=-1)" },
        { new MultiDiscreteSpace(3, 2), "MultiDiscrete([3 2])" },
        { new MultiBinarySpace(4), "MultiBinary(4)" },
        { new BoxSpace(-1, 1, 3), "Box(-1.0, 1.0, (3,), float32)" },
        { new BoxSpace([-1, float.NegativeInfinity], [0.5f, float.PositiveInfinity]), "Box([-1.0 -inf], [0.5 inf], (2,), float32)" },
        { BoxSpace.Bytes(2, 2, 1), "Box(0.0, 255.0, (2, 2, 1), uint8)" },
        { new TupleSpace(new DiscreteSpace(2), new BoxSpace(0, 1, 1)), "Tuple(Discrete(2), Box(0.0, 1.0, (1,), float32))" },
        { new DictSpace(("camera", BoxSpace.Bytes(2)), ("inner", new TupleSpace(new DiscreteSpace(2), new MultiBinarySpace(1)))), "Dict('camera': Box(0.0, 255.0, (2,), uint8), 'inner': Tuple(Discrete(2), MultiBinary(1)))" },
    };

    [Theory]
    [MemberData(nameof(Spaces))]
    public void Samples_BelongToTheSpace_AndItPrintsAsInGymnasium(Space space, string text)
    {
        var random = new RandomStream(1);
        var rows = new Rows(space.Layout, 1);
        for (var i = 0; i < 200; i++)
        {
            space.Sample(random, rows.Writer(0));
            Assert.True(space.Contains(rows.Reader(0)), $"sample {i} of {space}");
        }

        Assert.Equal(text, space.ToString());
    }

    [Fact]
    public void Spaces_EqualByWhatTheyContain()
    {
        var (first, second) = (Spaces.Select(row => row.Data.Item1).ToList(), Spaces.Select(row => row.Data.Item1).ToList());
        for (var i = 0; i < first.Count; i++)
        {
            for (var j = 0; j < second.Count; j++)
            {
                Assert.Equal(i == j, first[i].Equals(second[j]));
            }

            Assert.Equal(first[i].GetHashCode(), second[i].GetHashCode());
        }
    }

    [Fact]
    public void Discrete_NonZeroStart()
    {
        var space = new DiscreteSpace(3, start: 5);
        Assert.Equal([false, true, true, true, false], Enumerable.Range(4, 5).Select(value => space.Contains(new RowReader([value]))));
        var seen = new HashSet<int>();
        var (random, rows) = (new RandomStream(1), new Rows(space.Layout, 1));
        for (var i = 0; i < 100; i++)
        {
            space.Sample(random, rows.Writer(0));
            seen.Add(rows.Integers()[0]);
        }

        Assert.Equal([5, 6, 7], seen.Order());
    }

    [Fact]
    public void Boxes_ContainTheirBounds_ButNoNaN()
    {
        var space = new BoxSpace([0, float.NegativeInfinity], [1, float.PositiveInfinity]);
        Assert.True(Contains(0, 1e30f));
        Assert.True(Contains(1, float.NegativeInfinity));
        Assert.False(Contains(1.0001f, 0));
        Assert.False(Contains(float.NaN, 0));
        Assert.False(Contains(0, float.NaN));
        Assert.False(space.Contains(new RowReader([0f])));

        bool Contains(float x, float y) => space.Contains(new RowReader([x, y]));
    }

    [Fact]
    public void ImpossibleSpaces_AreRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new DiscreteSpace(0));
        Assert.Throws<ArgumentException>(() => new MultiDiscreteSpace(2, 0));
        Assert.Throws<ArgumentException>(() => new BoxSpace([1], [0]));
        Assert.Throws<ArgumentException>(() => new BoxSpace([float.NaN], [0]));
        Assert.Throws<ArgumentException>(() => new DictSpace(("a", new DiscreteSpace(2)), ("a", new DiscreteSpace(2))));
        Assert.Throws<ArgumentException>(() => new TupleSpace());
    }

    [Fact]
    public void Rows_NameWhatWasAskedWrongly()
    {
        var rows = new Rows(new DictSpace(("camera", BoxSpace.Bytes(2)), ("speed", new BoxSpace(0, 1, 1))).Layout, 2);
        Assert.Contains("several leaves", Assert.Throws<InvalidOperationException>(() => rows.Reader(0).Floats.Length).Message, StringComparison.Ordinal);
        Assert.Contains("'camera', 'speed'", Assert.Throws<ArgumentException>(() => rows.Reader(0)["wheel"].Floats.Length).Message, StringComparison.Ordinal);
        Assert.Contains("holds Byte, not Float32", Assert.Throws<InvalidOperationException>(() => rows.Reader(0)["camera"].Floats.Length).Message, StringComparison.Ordinal);
        rows.Writer(1)["speed"].Floats[0] = 0.5f;
        Assert.Equal([0, 0.5f], rows.Floats(1).ToArray());
    }
}
