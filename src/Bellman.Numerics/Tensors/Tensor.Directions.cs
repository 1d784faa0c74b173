namespace Bellman.Numerics;

// Derivatives along directions.
public readonly unsafe partial struct Tensor
{
    /// <summary>
    /// J·direction, where J is the Jacobian of this value towards an input: how this value moves as the input moves along the direction.
    /// The result is an ordinary value on the tape: its gradient towards parameters is a second derivative.
    /// </summary>
    /// <param name="input">A value on the same tape, made before this one.</param>
    /// <param name="direction">As the input's shape; on the same tape.</param>
    /// <returns>As this value's shape; zeros if it does not depend on the input.</returns>
    /// <exception cref="ArgumentException">The shapes of input and direction differ.</exception>
    /// <exception cref="NotSupportedException">An operation in between has no tangent.</exception>
    public Tensor JacobianVector(Tensor input, Tensor direction) => Tape.Tangent(this, input, direction) ?? Tape.Fill(0, Shape);
}
