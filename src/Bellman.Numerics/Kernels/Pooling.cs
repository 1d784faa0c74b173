using System.Runtime.CompilerServices;

namespace Bellman.Numerics;

/// <summary>What a pooling makes of the elements of a window, channel by channel.</summary>
internal enum PoolingKind
{
    Maximum,
    Average,

    /// <summary>The element that is the largest in other images.</summary>
    Choice,
}

/// <summary>A pooling or its backward pass. Threads read it while they do their images.</summary>
internal unsafe struct PoolingJob
{
    public PoolingKind Kind;
    public WindowShape Shape;

    /// <summary>The images, or the gradient that is added to.</summary>
    public float* Images;

    /// <summary>The output <c>[images, outputHeight, outputWidth, channels]</c>, or its gradient.</summary>
    public float* Output;

    /// <summary>Of a maximum or a choice: which element of its window each output is, row after row of the window.</summary>
    public float* Winners;
}

/// <summary>
/// Poolings. Channels lie side by side, so that registers go along them and every element sees the same operations in the same order, whatever its place and the register's width.
/// </summary>
internal static unsafe class Pooling
{
    /// <summary>Fills the output, and the winners of a maximum; those of a choice are given.</summary>
    public static void Forward(PoolingJob job) => Split(job, &ForwardImages);

    /// <summary>Adds the output's gradient to the images'.</summary>
    public static void Backward(PoolingJob job) => Split(job, &BackwardImages);

    // An element costs about as much as thirty multiply-adds of a product.
    private static void Split(PoolingJob job, delegate*<void*, nint, nint, void> images)
    {
        ref readonly var shape = ref job.Shape;
        var work = 30.0 * shape.Images * shape.OutputHeight * shape.OutputWidth * shape.Channels;
        if (NumericsThreads.Count > 1 && shape.Images > 1 && work >= NumericsThreads.WorthSplitting)
        {
            NumericsThreads.SplitRows(shape.Images, images, &job);
        }
        else
        {
            images(&job, 0, shape.Images);
        }
    }

    private static void ForwardImages(void* state, nint start, nint end)
    {
        ref readonly var job = ref *(PoolingJob*)state;
        switch (job.Kind)
        {
            case PoolingKind.Maximum:
                KernelDispatch.Run(new WindowsKernel<MaximumOfWindow>((PoolingJob*)state, start, end));
                break;
            case PoolingKind.Average:
                KernelDispatch.Run(new WindowsKernel<AverageOfWindow>((PoolingJob*)state, start, end));
                break;
            default:
                KernelDispatch.Run(new WindowsKernel<WinnerOfWindow>((PoolingJob*)state, start, end));
                break;
        }
    }

    private static void BackwardImages(void* state, nint start, nint end)
    {
        ref readonly var job = ref *(PoolingJob*)state;
        switch (job.Kind)
        {
            case PoolingKind.Average:
                KernelDispatch.Run(new WindowsKernel<GradientOfAverage>((PoolingJob*)state, start, end));
                break;
            default:
                KernelDispatch.Run(new WindowsKernel<GradientOfMaximum>((PoolingJob*)state, start, end));
                break;
        }
    }

    /// <summary>The part of a window that lies in its image.</summary>
    private readonly struct Window
    {
        /// <summary>The image's element under the window's first one, which padding may put outside the image.</summary>
        public required float* Origin { get; init; }

        /// <summary>From a row of the image, and from a pixel, to the next.</summary>
        public required nint Row { get; init; }

        public required nint Pixel { get; init; }

        /// <summary>Rows and columns of the window that lie in the image.</summary>
        public required int Top { get; init; }

        public required int Bottom { get; init; }

        public required int Left { get; init; }

        public required int Right { get; init; }

        /// <summary>Columns and elements of the whole window.</summary>
        public required int Columns { get; init; }

        public required int Area { get; init; }
    }

    private interface IWindowOperation
    {
        /// <summary>Does one register of channels: the window's elements from <paramref name="channel"/> on, and the output's.</summary>
        static abstract void Run<L>(in Window window, nint channel, float* output, float* winners) where L : unmanaged, ILanes<L>;
    }

    private struct WindowsKernel<TOperation>(PoolingJob* job, nint start, nint end) : IKernel where TOperation : IWindowOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Run<L>() where L : unmanaged, ILanes<L>
        {
            var shape = job->Shape;
            nint channels = shape.Channels, row = (nint)shape.Width * channels;
            for (var image = start; image < end; image++)
            {
                var output = image * shape.OutputHeight * shape.OutputWidth * channels;
                for (var y = 0; y < shape.OutputHeight; y++)
                {
                    var top = (y * shape.Stride.Height) - shape.Padding.Height;
                    for (var x = 0; x < shape.OutputWidth; x++, output += channels)
                    {
                        var left = (x * shape.Stride.Width) - shape.Padding.Width;
                        var window = new Window
                        {
                            Origin = job->Images + (image * shape.ImageFloats) + (top * row) + (left * channels),
                            Row = row,
                            Pixel = channels,
                            Top = Math.Max(0, -top),
                            Bottom = Math.Min(shape.Size.Height, shape.Height - top),
                            Left = Math.Max(0, -left),
                            Right = Math.Min(shape.Size.Width, shape.Width - left),
                            Columns = shape.Size.Width,
                            Area = shape.Size.Height * shape.Size.Width,
                        };
                        nint channel = 0;
                        for (; channel + L.Count <= channels; channel += L.Count)
                        {
                            TOperation.Run<L>(window, channel, job->Output + output, job->Winners + output);
                        }

                        for (; channel < channels; channel++)
                        {
                            TOperation.Run<LanesScalar>(window, channel, job->Output + output, job->Winners + output);
                        }
                    }
                }
            }
        }
    }

    /// <summary>The largest element; of equals the first. A NaN is larger than any number.</summary>
    private struct MaximumOfWindow : IWindowOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Run<L>(in Window window, nint channel, float* output, float* winners) where L : unmanaged, ILanes<L>
        {
            var best = L.Load(window.Origin + (window.Top * window.Row) + (window.Left * window.Pixel) + channel);
            var winner = L.Create((window.Top * window.Columns) + window.Left);
            L zero = L.Create(0), always = L.Equal(zero, zero);
            for (var y = window.Top; y < window.Bottom; y++)
            {
                var source = window.Origin + (y * window.Row) + channel;
                for (var x = window.Left; x < window.Right; x++)
                {
                    var value = L.Load(source + (x * window.Pixel));
                    var keep = L.Select(L.Equal(best, best), L.LessThanOrEqual(value, best), always);
                    best = L.Select(keep, best, value);
                    winner = L.Select(keep, winner, L.Create((y * window.Columns) + x));
                }
            }

            best.Store(output + channel);
            winner.Store(winners + channel);
        }
    }

    private struct WinnerOfWindow : IWindowOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Run<L>(in Window window, nint channel, float* output, float* winners) where L : unmanaged, ILanes<L>
        {
            L sum = L.Create(0), winner = L.Load(winners + channel);
            for (var y = window.Top; y < window.Bottom; y++)
            {
                var source = window.Origin + (y * window.Row) + channel;
                for (var x = window.Left; x < window.Right; x++)
                {
                    sum = L.Select(L.Equal(winner, L.Create((y * window.Columns) + x)), L.Load(source + (x * window.Pixel)), sum);
                }
            }

            sum.Store(output + channel);
        }
    }

    private struct GradientOfMaximum : IWindowOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Run<L>(in Window window, nint channel, float* output, float* winners) where L : unmanaged, ILanes<L>
        {
            L gradient = L.Load(output + channel), winner = L.Load(winners + channel);
            for (var y = window.Top; y < window.Bottom; y++)
            {
                var target = window.Origin + (y * window.Row) + channel;
                for (var x = window.Left; x < window.Right; x++)
                {
                    var place = target + (x * window.Pixel);
                    (L.Load(place) + (gradient & L.Equal(winner, L.Create((y * window.Columns) + x)))).Store(place);
                }
            }
        }
    }

    private struct AverageOfWindow : IWindowOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Run<L>(in Window window, nint channel, float* output, float* winners) where L : unmanaged, ILanes<L>
        {
            var sum = L.Create(0);
            for (var y = window.Top; y < window.Bottom; y++)
            {
                var source = window.Origin + (y * window.Row) + channel;
                for (var x = window.Left; x < window.Right; x++)
                {
                    sum += L.Load(source + (x * window.Pixel));
                }
            }

            (sum * L.Create(1f / window.Area)).Store(output + channel);
        }
    }

    private struct GradientOfAverage : IWindowOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Run<L>(in Window window, nint channel, float* output, float* winners) where L : unmanaged, ILanes<L>
        {
            var share = L.Load(output + channel) * L.Create(1f / window.Area);
            for (var y = window.Top; y < window.Bottom; y++)
            {
                var target = window.Origin + (y * window.Row) + channel;
                for (var x = window.Left; x < window.Right; x++)
                {
                    var place = target + (x * window.Pixel);
                    (L.Load(place) + share).Store(place);
                }
            }
        }
    }
}
