using Bellman.Tools;

namespace Bellman.Numerics.Tests.Kernels;

public sealed class GeneratedKernelTests
{
    public static TheoryData<int> Widths => [.. GemmKernelWriter.Widths];

    [Theory]
    [MemberData(nameof(Widths))]
    public void Generator_WritesTheCommittedFile(int bits)
    {
        var name = GemmKernelWriter.FileName(bits);
        var committed = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Generated", name));
        Assert.True(GemmKernelWriter.Write(bits) == committed, $"{name} is not what the generator writes; run: dotnet run --project tools/KernelGenerator");
    }
}
