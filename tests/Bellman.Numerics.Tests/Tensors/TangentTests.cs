namespace Bellman.Numerics.Tests;

public sealed class TangentTests
{
    [Fact]
    public void JacobianVector_TowardsAnInput_IsTheDirectionalDerivative()
    {
        using var tape = new Tape();
        var x = tape.Input([1, 2, 3], 3);
        var y = (x * x).Sum();
        Assert.Equal(2 * (1 + 4 + 9), y.JacobianVector(x, x).Item);
    }

    [Fact]
    public void JacobianVector_IsZero_WhereNothingDepends()
    {
        using var tape = new Tape();
        Tensor x = tape.Input([1, 2, 3], 3), other = tape.Input([4, 5], 2);
        Assert.Equal([0, 0, 0], (x * x).JacobianVector(other, other).Values.ToArray());
        Assert.Equal([0, 0, 0], (x.Detach() * 2).JacobianVector(x, x).Values.ToArray());
    }

    [Fact]
    public void JacobianVector_Twice_IsTheSecondDerivativeAlongTheDirection()
    {
        using var tape = new Tape();
        Tensor x = tape.Input([1, 2, 3], 3), direction = tape.Fill(1, 3);
        var cube = x * x * x;
        var first = cube.JacobianVector(x, direction);
        Assert.Equal([3, 12, 27], first.Values.ToArray());
        Assert.Equal([6, 12, 18], first.JacobianVector(x, direction).Values.ToArray());
    }

    [Fact]
    public void Direction_OfAnotherShape_IsRefused()
    {
        using var tape = new Tape();
        var x = tape.Input([1, 2, 3], 3);
        var error = Assert.Throws<ArgumentException>(() => x.Exp().JacobianVector(x, tape.Fill(1, (3, 1))));
        Assert.Contains("[3]", error.Message);
        Assert.Contains("[3, 1]", error.Message);
    }

    [Fact]
    public unsafe void OperationWithoutTangent_IsNamed()
    {
        using var tape = new Tape();
        var x = tape.Input([1, 2, 3], 3);
        var y = x.Exp();
        tape.Node(y).Tangent = null;
        var error = Assert.Throws<NotSupportedException>(() => y.Sum().JacobianVector(x, x));
        Assert.Contains("Exp", error.Message);
        Assert.Contains("[3]", error.Message);
        Assert.Equal(6, x.Sum().JacobianVector(x, x).Item);
    }
}
