using System.Runtime.CompilerServices;

namespace Bellman.Numerics;

/// <summary>
/// Convolutions as matrix products whose tiles read the images where they lie: a row of a window is a run of floats, and from run to run the tile jumps.
/// Nothing is unfolded. An output is one chain of multiply-adds over the window's rows, columns and channels; a weight's gradient one over images, rows and columns;
/// an input's gradient one over the window's positions and the output channels. Threads share images, or rows of the weight, and so leave the chains as they are.
/// </summary>
internal static unsafe class Convolution
{
    // A panel of the weight this deep and 32 wide fills two thirds of a 48 KB first-level cache.
    private const int InnerBlock = 256;

    // Images, with their padding, that stay in the second-level cache while the panels of the weight pass.
    private const int GroupFloats = 64 * 1024;

    [ThreadStatic]
    private static FlatMemory? panelScratch;

    [ThreadStatic]
    private static FlatMemory? imageScratch;

    /// <summary>y = start + windows(x)·w.</summary>
    public static void Forward(in WindowShape shape, int outputs, float* x, float* weight, float* bias, float* y, bool relu)
    {
        var depth = shape.Size.Height * shape.WindowRow;
        if (AsProduct(shape, out var rows))
        {
            Gemm.Run(false, false, rows, outputs, depth, x, depth, weight, outputs, y, outputs, bias, 0, relu ? GemmActivation.Relu : GemmActivation.None);
            return;
        }

        var panels = Scratch(ref panelScratch, (outputs + 16) * depth);
        var kernels = GemmKernels.Of(NumericsInfo.KernelSet);
        for (nint j = 0, width; j < outputs; j += width)
        {
            nint panelWidth = ConvolutionTiles.AcrossFor(kernels, outputs - j, shape.OutputWidth) * kernels.Lanes;
            width = Math.Min(panelWidth, outputs - j);
            GemmPacking.Panel(weight + j, outputs, transpose: false, width, panelWidth, depth, panels + (j * depth));
        }

        var job = new ConvolutionJob { Shape = shape, Outputs = outputs, Images = x, Output = y, Weight = panels, Bias = bias, Relu = relu };
        Split(job, shape.Images, &ForwardImages);
    }

    /// <summary>dw += Σ windows(x)ᵀ·dy.</summary>
    public static void WeightGradient(in WindowShape shape, int outputs, float* x, float* dy, float* dw)
    {
        var depth = shape.Size.Height * shape.WindowRow;
        if (AsProduct(shape, out var rows))
        {
            Gemm.Run(true, false, depth, outputs, rows, x, depth, dy, outputs, dw, outputs, dw, outputs, GemmActivation.None);
            return;
        }

        var job = new ConvolutionJob { Shape = shape, Outputs = outputs, Images = x, Output = dy, Weight = dw };
        Split(job, shape.Size.Height * TilesInRow(shape), &WeightGradientTiles);
    }

    /// <summary>dx = the windows of dy·wᵀ added up where they lay, or added to dx.</summary>
    public static void InputGradient(in WindowShape shape, int outputs, float* weight, float* dy, float* dx, bool accumulate)
    {
        var depth = shape.Size.Height * shape.WindowRow;
        if (AsProduct(shape, out var rows))
        {
            Gemm.Run(false, true, rows, depth, outputs, dy, outputs, weight, outputs, dx, depth, accumulate ? dx : null, depth, GemmActivation.None);
            return;
        }

        // For each position in the window the weight turned, [outputs, channels], in panels.
        var kernels = GemmKernels.Of(NumericsInfo.KernelSet);
        nint channels = shape.Channels, positions = shape.Size.Height * shape.Size.Width, stride = (channels + 16) * outputs;
        var panels = Scratch(ref panelScratch, positions * stride);
        for (nint position = 0; position < positions; position++)
        {
            for (nint j = 0, width; j < channels; j += width)
            {
                nint panelWidth = ConvolutionTiles.AcrossFor(kernels, channels - j, shape.OutputWidth) * kernels.Lanes;
                width = Math.Min(panelWidth, channels - j);
                GemmPacking.Panel(weight + (((position * channels) + j) * outputs), outputs, transpose: true, width, panelWidth, outputs, panels + (position * stride) + (j * outputs));
            }
        }

        var job = new ConvolutionJob { Shape = shape, Outputs = outputs, Images = dx, Output = dy, Weight = panels, Accumulate = accumulate };
        Split(job, shape.Images, &InputGradientImages);
    }

    // Whether the windows, side by side, are the input itself: windows of one element, or as large as the image.
    private static bool AsProduct(in WindowShape shape, out nint rows)
    {
        rows = (nint)shape.Images * shape.OutputHeight * shape.OutputWidth;
        return !shape.IsPadded && ((shape.Size == 1 && shape.Stride == 1) || shape.Size == new Size2d(shape.Height, shape.Width));
    }

    private static void Split(ConvolutionJob job, nint rows, delegate*<void*, nint, nint, void> body)
    {
        ref readonly var shape = ref job.Shape;
        var work = (double)shape.Images * shape.OutputHeight * shape.OutputWidth * shape.Size.Height * shape.WindowRow * job.Outputs;
        if (NumericsThreads.Count > 1 && rows > 1 && work >= NumericsThreads.WorthSplitting)
        {
            NumericsThreads.SplitRows(rows, body, &job);
        }
        else
        {
            body(&job, 0, rows);
        }
    }

    [SkipLocalsInit]
    private static void ForwardImages(void* state, nint start, nint end)
    {
        ref readonly var job = ref *(ConvolutionJob*)state;
        ref readonly var shape = ref job.Shape;
        nint outputs = job.Outputs, outputHeight = shape.OutputHeight, outputRow = shape.OutputWidth * outputs;
        nint run = shape.WindowRow, row = shape.PaddedRow, depth = shape.Size.Height * run;
        var jumps = stackalloc nint[InnerBlock];
        new Span<nint>(jumps, InnerBlock).Fill(row - run);
        var edge = stackalloc float[ConvolutionTiles.EdgeFloats];
        var tiles = new ConvolutionTiles
        {
            Kernels = GemmKernels.Of(NumericsInfo.KernelSet),
            Edge = edge,
            Jumps = jumps,
            RowStride = shape.Stride.Width * shape.Channels,
            InnerStride = 1,
            Ldc = outputs,
        };

        var group = GroupSize(shape);
        for (; start < end; start += group)
        {
            var images = Math.Min(group, end - start);
            var source = PaddedImages(job, start, images);
            var output = job.Output + (start * outputHeight * outputRow);

            // k goes over the rows of the window, several at once if they are short, each in parts if it is long.
            for (nint p = 0, length; p < depth; p += length)
            {
                tiles.Runs = Math.Max(1, Math.Min(InnerBlock / run, (depth - p) / run));
                tiles.Steps = Math.Min(run - (p % run), tiles.Runs == 1 ? InnerBlock : run);
                length = tiles.Runs * tiles.Steps;
                tiles.Relu = job.Relu && p + length == depth;
                tiles.InitStride = p == 0 ? 0 : outputs;
                var block = source + (p / run * row) + (p % run);
                for (nint j = 0; j < outputs; j += tiles.Width)
                {
                    tiles.Enter(job.Weight + (j * depth), outputs - j, shape.OutputWidth);
                    tiles.Panel += p * tiles.PanelWidth;
                    for (nint i = 0; i < images; i++)
                    {
                        for (nint y = 0; y < outputHeight; y++)
                        {
                            var c = output + (((i * outputHeight) + y) * outputRow) + j;
                            var init = p > 0 ? c : job.Bias == null ? null : job.Bias + j;
                            tiles.Run(shape.OutputWidth, block + (i * shape.PaddedFloats) + (y * shape.Stride.Height * row), c, init);
                        }
                    }
                }
            }
        }
    }

    [SkipLocalsInit]
    private static void WeightGradientTiles(void* state, nint start, nint end)
    {
        ref readonly var job = ref *(ConvolutionJob*)state;
        ref readonly var shape = ref job.Shape;
        nint outputs = job.Outputs, outputHeight = shape.OutputHeight, outputWidth = shape.OutputWidth;
        nint run = shape.WindowRow, row = shape.PaddedRow, step = shape.Stride.Width * shape.Channels, tilesInRow = TilesInRow(shape);
        var panel = Scratch(ref panelScratch, Math.Max(InnerBlock, outputWidth) * 32);
        var jumps = stackalloc nint[InnerBlock];
        var edge = stackalloc float[ConvolutionTiles.EdgeFloats];
        var tiles = new ConvolutionTiles
        {
            Kernels = GemmKernels.Of(NumericsInfo.KernelSet),
            Edge = edge,
            Steps = outputWidth,
            Jumps = jumps,
            RowStride = 1,
            InnerStride = step,
            Ldc = outputs,
            InitStride = outputs,
        };

        var group = GroupSize(shape);
        for (nint first = 0; first < shape.Images; first += group)
        {
            var images = Math.Min(group, shape.Images - first);
            var source = PaddedImages(job, first, images);
            var lines = images * outputHeight;

            // k goes over rows of windows, so many at once that their part of dy stays in the first-level cache.
            for (nint line = 0; line < lines; line += tiles.Runs)
            {
                tiles.Runs = Math.Min(lines - line, Math.Max(1, InnerBlock / outputWidth));
                var block = Line(shape, source, line);
                var at = block;
                for (nint i = 0; i < tiles.Runs - 1; i++)
                {
                    var next = Line(shape, source, line + i + 1);
                    jumps[i] = (nint)(next - at) - (outputWidth * step);
                    at = next;
                }

                var dy = job.Output + (((first * outputHeight) + line) * outputWidth * outputs);
                for (nint j = 0; j < outputs; j += tiles.Width)
                {
                    tiles.Enter(panel, outputs - j, tiles.Kernels.Tallest);
                    GemmPacking.Panel(dy + j, outputs, transpose: false, tiles.Width, tiles.PanelWidth, tiles.Runs * outputWidth, panel);
                    for (var tile = start; tile < end; tile++)
                    {
                        var (y, part) = Math.DivRem(tile, tilesInRow);
                        nint from = part * run / tilesInRow, to = (part + 1) * run / tilesInRow;
                        var c = job.Weight + (((y * run) + from) * outputs) + j;
                        tiles.Run(to - from, block + (y * row) + from, c, c);
                    }
                }
            }
        }
    }

    [SkipLocalsInit]
    private static void InputGradientImages(void* state, nint start, nint end)
    {
        ref readonly var job = ref *(ConvolutionJob*)state;
        ref readonly var shape = ref job.Shape;
        nint outputs = job.Outputs, outputHeight = shape.OutputHeight, outputRow = shape.OutputWidth * outputs, channels = shape.Channels;
        var edge = stackalloc float[ConvolutionTiles.EdgeFloats];
        var tiles = new ConvolutionTiles
        {
            Kernels = GemmKernels.Of(NumericsInfo.KernelSet),
            Edge = edge,
            Steps = outputs,
            Runs = 1,
            RowStride = outputs,
            InnerStride = 1,
            Ldc = shape.Stride.Width * channels,
            InitStride = shape.Stride.Width * channels,
        };

        for (; start < end; start++)
        {
            var dy = job.Output + (start * outputHeight * outputRow);
            var image = job.Images + (start * shape.ImageFloats);
            var target = shape.IsPadded ? Scratch(ref imageScratch, shape.PaddedFloats) : image;
            if (shape.IsPadded || !job.Accumulate)
            {
                new Span<float>(target, (int)shape.PaddedFloats).Clear();
            }

            for (nint position = 0; position < shape.Size.Height * shape.Size.Width; position++)
            {
                var (top, left) = Math.DivRem(position, shape.Size.Width);
                for (nint j = 0; j < channels; j += tiles.Width)
                {
                    tiles.Enter(job.Weight + (((position * (channels + 16)) + j) * outputs), channels - j, shape.OutputWidth);
                    for (nint y = 0; y < outputHeight; y++)
                    {
                        var c = target + (((y * shape.Stride.Height) + top) * shape.PaddedRow) + (left * channels) + j;
                        tiles.Run(shape.OutputWidth, dy + (y * outputRow), c, c);
                    }
                }
            }

            if (shape.IsPadded)
            {
                CopyInside(shape, target, image, job.Accumulate);
            }
        }
    }

    private static nint TilesInRow(in WindowShape shape)
    {
        nint tallest = GemmKernels.Of(NumericsInfo.KernelSet).Tallest;
        return (shape.WindowRow + tallest - 1) / tallest;
    }

    private static nint GroupSize(in WindowShape shape) => Math.Max(1, GroupFloats / shape.PaddedFloats);

    private static float* Line(in WindowShape shape, float* source, nint line)
    {
        var (image, y) = Math.DivRem(line, shape.OutputHeight);
        return source + (image * shape.PaddedFloats) + (y * shape.Stride.Height * shape.PaddedRow);
    }

    // The images where they lie, or copies with zeros around them.
    private static float* PaddedImages(in ConvolutionJob job, nint first, nint count)
    {
        ref readonly var shape = ref job.Shape;
        var source = job.Images + (first * shape.ImageFloats);
        if (!shape.IsPadded)
        {
            return source;
        }

        var copies = Scratch(ref imageScratch, GroupSize(shape) * shape.PaddedFloats);
        new Span<float>(copies, (int)(count * shape.PaddedFloats)).Clear();
        var width = shape.Width * shape.Channels;
        for (nint i = 0; i < count; i++)
        {
            var inside = copies + (i * shape.PaddedFloats) + (shape.Padding.Height * shape.PaddedRow) + (shape.Padding.Width * shape.Channels);
            GemmPacking.Copy(source + (i * shape.ImageFloats), width, shape.Height, width, inside, shape.PaddedRow);
        }

        return copies;
    }

    private static void CopyInside(in WindowShape shape, float* padded, float* image, bool accumulate)
    {
        nint width = shape.Width * shape.Channels;
        var inside = padded + (shape.Padding.Height * shape.PaddedRow) + (shape.Padding.Width * shape.Channels);
        if (!accumulate)
        {
            GemmPacking.Copy(inside, shape.PaddedRow, shape.Height, width, image, width);
            return;
        }

        for (nint y = 0; y < shape.Height; y++, inside += shape.PaddedRow, image += width)
        {
            for (nint i = 0; i < width; i++)
            {
                image[i] += inside[i];
            }
        }
    }

    private static float* Scratch(ref FlatMemory? scratch, nint floats)
    {
        if (scratch is null || scratch.Count < floats)
        {
            scratch = new FlatMemory(floats);
        }

        return scratch.Memory;
    }
}
