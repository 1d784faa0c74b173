namespace Bellman.Numerics;

/// <summary><see cref="Tensor.AveragePool2d"/> as a layer.</summary>
/// <param name="size">The window's height and width.</param>
/// <param name="stride">How far windows lie apart; the window's size unless given.</param>
/// <param name="padding">Rows and columns of zeros on every side.</param>
public sealed class AveragePool2d(Size2d size, Size2d? stride = null, Size2d padding = default) : Layer
{
    /// <summary><c>[batch, height, width, channels]</c> to <c>[batch, outputHeight, outputWidth, channels]</c>.</summary>
    public override Tensor Forward(Tensor x) => x.AveragePool2d(size, stride, padding);
}
