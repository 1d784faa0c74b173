namespace Bellman.Numerics;

// Derivatives towards values, and along directions.
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

    /// <summary>The gradient of the sum of this value's elements towards an input, as a value through which no gradient flows; as the input's shape.</summary>
    /// <param name="input">A value on the same tape, made before this one.</param>
    public Tensor Gradient(Tensor input)
    {
        Tape.Node(input);
        var gradient = default(Tensor);
        Tape.Backward(this, new ReadOnlySpan<Tensor>(in input), new Span<Tensor>(ref gradient));
        return gradient;
    }

    /// <summary>
    /// The Euclidean norm of each row's gradient towards its row of the input, <c>[batch]</c>, which is differentiable towards parameters:
    /// <c>(d.GradientNorm(x) - 1).Square().Mean()</c> is WGAN-GP's penalty, <c>d.GradientNorm(x).Square().Mean()</c> that of R1.
    /// </summary>
    /// <param name="input"><c>[batch, ..]</c>, on the same tape, made before this value. Row i of this value must depend on row i of the input alone.</param>
    /// <remarks>
    /// Gulrajani et al. 2017, arXiv:1704.00028; Mescheder et al. 2018, arXiv:1801.04406. The norm is the derivative along the gradient's own direction u, held fixed: because u is the direction
    /// of steepest ascent, moving it changes nothing in first order, so that this value's gradient is exact, while second derivatives of it are not. Where the gradient is 0, so is the norm's.
    /// </remarks>
    /// <exception cref="ArgumentException">This value has not one element for each row of the input.</exception>
    /// <exception cref="NotSupportedException">An operation in between has no tangent.</exception>
    public Tensor GradientNorm(Tensor input)
    {
        var (shape, rows) = (Shape, input.Shape[0]);
        if (shape.Count != rows)
        {
            throw new ArgumentException($"A gradient's norm for each row needs one element a row: the input {input.Shape} has {rows} rows, but this value is {shape}.", nameof(input));
        }

        var direction = Gradient(input);
        ref var node = ref Tape.Node(direction);
        var width = node.Count / Math.Max(1, rows);
        for (nint r = 0; r < rows; r++)
        {
            var row = node.Value + (r * width);
            var norm = 0.0;
            for (nint c = 0; c < width; c++)
            {
                norm += (double)row[c] * row[c];
            }

            var scale = norm > 0 ? 1 / Math.Sqrt(norm) : 0;
            for (nint c = 0; c < width; c++)
            {
                row[c] = (float)(row[c] * scale);
            }
        }

        return JacobianVector(input, direction).Reshape(rows);
    }
}
