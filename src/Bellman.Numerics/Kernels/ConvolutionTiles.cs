using System.Runtime.CompilerServices;

namespace Bellman.Numerics;

/// <summary>Rows of a product against a panel of B, tile after tile. What stays the same from row to row is set once.</summary>
internal unsafe struct ConvolutionTiles
{
    /// <summary>Floats of the largest tile that is stored aside: one register across.</summary>
    public const int EdgeFloats = 16 * 16;

    public GemmKernels Kernels;

    /// <summary>Room for a tile whose last columns do not belong to C.</summary>
    public float* Edge;

    /// <summary>Steps in a run of k.</summary>
    public nint Steps;

    /// <summary>Runs of k, and how far A jumps from the end of each but the last.</summary>
    public nint Runs;
    public nint* Jumps;

    /// <summary>From a row of A to the next, and from a step of k to the next.</summary>
    public nint RowStride;
    public nint InnerStride;

    public float* Panel;

    /// <summary>Registers across the panel, its floats across, and how many of them are columns of C.</summary>
    public int Across;
    public nint PanelWidth;
    public nint Width;

    public nint Ldc;
    public nint InitStride;
    public bool Relu;

    /// <summary>Takes as many of the columns that are left as a panel has.</summary>
    /// <param name="kernels">Where tiles come from.</param>
    /// <param name="left">Columns that are left.</param>
    /// <param name="rows">Rows of a tile at least: few rows take more registers across, or the latency of the multiply-add would show.</param>
    public static int AcrossFor(GemmKernels kernels, nint left, nint rows) =>
        left >= 4 * kernels.Lanes && rows <= kernels.TallestOfFour ? 4 : left >= 2 * kernels.Lanes ? 2 : 1;

    /// <summary>Sets the panel for the columns that are left.</summary>
    public void Enter(float* panel, nint left, nint rows)
    {
        Panel = panel;
        Across = AcrossFor(Kernels, left, rows);
        PanelWidth = Across * Kernels.Lanes;
        Width = Math.Min(left, PanelWidth);
    }

    /// <summary>C = start + A·panel for so many rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Run(nint rows, float* a, float* c, float* init)
    {
        var byHeight = Kernels.ByHeight(Across);
        nint tallest = byHeight.Length - 1;
        nint height;
        for (var tiles = (rows + tallest - 1) / tallest; tiles > 0; tiles--, rows -= height)
        {
            height = rows / tiles;
            if (Width == PanelWidth)
            {
                byHeight[height](Steps, a, RowStride, InnerStride, Panel, PanelWidth, c, Ldc, init, InitStride, Relu, Runs, Jumps);
            }
            else
            {
                byHeight[height](Steps, a, RowStride, InnerStride, Panel, PanelWidth, Edge, PanelWidth, init, InitStride, Relu, Runs, Jumps);
                GemmPacking.Copy(Edge, PanelWidth, height, Width, c, Ldc);
            }

            a += height * RowStride;
            c += height * Ldc;
            init += init == null ? 0 : height * InitStride;
        }
    }
}
