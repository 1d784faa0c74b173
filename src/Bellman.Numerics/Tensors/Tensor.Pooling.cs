using System.Runtime.CompilerServices;

namespace Bellman.Numerics;

// Pooling.
public readonly unsafe partial struct Tensor
{
    /// <summary>The largest element of each window, channel by channel. The gradient goes to the first of equals; a NaN is larger than any number; padding never wins.</summary>
    /// <param name="size">The window's height and width.</param>
    /// <param name="stride">How far windows lie apart; the window's size unless given.</param>
    /// <param name="padding">Rows and columns outside the image that windows reach over, smaller than the window.</param>
    /// <returns><c>[batch, (height + 2·padding − size) / stride + 1, (width + 2·padding − size) / stride + 1, channels]</c>.</returns>
    /// <exception cref="ArgumentException">This is no <c>[batch, height, width, channels]</c>, or the sizes do not fit.</exception>
    public Tensor MaxPool2d(Size2d size, Size2d? stride = null, Size2d padding = default) => Pool(PoolingKind.Maximum, size, stride, padding);

    /// <summary>The mean of each window, channel by channel. Padding counts as zeros.</summary>
    /// <param name="size">The window's height and width.</param>
    /// <param name="stride">How far windows lie apart; the window's size unless given.</param>
    /// <param name="padding">Rows and columns of zeros on every side, smaller than the window.</param>
    /// <returns><c>[batch, (height + 2·padding − size) / stride + 1, (width + 2·padding − size) / stride + 1, channels]</c>.</returns>
    /// <exception cref="ArgumentException">This is no <c>[batch, height, width, channels]</c>, or the sizes do not fit.</exception>
    public Tensor AveragePool2d(Size2d size, Size2d? stride = null, Size2d padding = default) => Pool(PoolingKind.Average, size, stride, padding);

    private Tensor Pool(PoolingKind kind, Size2d size, Size2d? stride, Size2d padding, [CallerMemberName] string operation = "")
    {
        var window = new WindowShape(Tape.Node(this).Shape, size, stride ?? size, padding);
        if (padding.Height >= size.Height || padding.Width >= size.Width)
        {
            throw new ArgumentException($"Padding {padding} would make windows {size} that see no pixel; it must be smaller than the window.", nameof(padding));
        }

        return Pool(kind, window, null, operation);
    }

    private Tensor Pool(PoolingKind kind, in WindowShape window, float* winners, [CallerMemberName] string operation = "")
    {
        var tape = Tape;
        var output = tape.Push((window.Images, window.OutputHeight, window.OutputWidth, window.Channels), Index, operation: operation);
        ref var node = ref tape.Node(output);
        var job = (PoolingJob*)tape.Allocate((sizeof(PoolingJob) + sizeof(float) - 1) / sizeof(float));
        *job = new PoolingJob
        {
            Kind = kind,
            Shape = window,
            Images = tape.Node(Index).Value,
            Output = node.Value,
            Winners = kind == PoolingKind.Maximum ? tape.Allocate(node.Count) : winners,
        };
        node.Extra = job;
        node.Backward = &Backward;
        node.Tangent = &Tangent;
        Pooling.Forward(*job);
        return new Tensor(tape, output, Generation);

        static void Backward(Tape tape, ref Node node)
        {
            var job = *(PoolingJob*)node.Extra;
            job.Images = tape.GradientToAddTo(node.A);
            job.Output = node.Gradient;
            Pooling.Backward(job);
        }

        static Tensor? Tangent(in TangentInputs of)
        {
            ref readonly var job = ref *(PoolingJob*)of.Node.Extra;
            return of.TangentA?.Pool(job.Kind == PoolingKind.Average ? PoolingKind.Average : PoolingKind.Choice, job.Shape, job.Winners);
        }
    }
}
