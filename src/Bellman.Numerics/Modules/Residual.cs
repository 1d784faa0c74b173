namespace Bellman.Numerics;

/// <summary>shortcut(x) + branch(x).</summary>
/// <remarks>He et al. 2016, arXiv:1512.03385; with the activation first in the branch, arXiv:1603.05027.</remarks>
public sealed class Residual : Layer
{
    private readonly Layer branch;
    private readonly Layer? shortcut;

    /// <summary>A block around a branch.</summary>
    /// <param name="branch">What is added.</param>
    /// <param name="shortcut">The way around it, where the branch changes the shape; the input itself if none is given.</param>
    public Residual(Layer branch, Layer? shortcut = null)
    {
        this.branch = Add(branch);
        this.shortcut = shortcut is null ? null : Add(shortcut);
    }

    /// <summary>The sum of both ways, whose shapes must be equal.</summary>
    /// <exception cref="ArgumentException">They differ.</exception>
    public override Tensor Forward(Tensor x)
    {
        Tensor around = shortcut?.Forward(x) ?? x, through = branch.Forward(x);
        return around.Shape == through.Shape
            ? around + through
            : throw new ArgumentException($"The branch gives {through.Shape}, the way around it {around.Shape}; make them equal with a shortcut, such as a 1×1 convolution.", nameof(x));
    }
}
