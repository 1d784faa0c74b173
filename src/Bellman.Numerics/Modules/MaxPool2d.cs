namespace Bellman.Numerics;

/// <summary><see cref="Tensor.MaxPool2d"/> as a layer.</summary>
/// <param name="size">The window's height and width.</param>
/// <param name="stride">How far windows lie apart; the window's size unless given.</param>
/// <param name="padding">Rows and columns outside the image that windows reach over.</param>
public sealed class MaxPool2d(Size2d size, Size2d? stride = null, Size2d padding = default) : Layer
{
    /// <summary><c>[batch, height, width, channels]</c> to <c>[batch, outputHeight, outputWidth, channels]</c>.</summary>
    public override Tensor Forward(Tensor x) => x.MaxPool2d(size, stride, padding);
}
