using System.Runtime.InteropServices;
using System.Text.Json;
using Bellman.Numerics;

namespace Bellman.Cli.Tests;

/// <summary><c>bellman doctor</c> tells what the machine offers and advises where something is wrong.</summary>
public sealed class DoctorCommandTests : IDisposable
{
    private static readonly NativePart Missing = new("Chronometer", ["libchronometer-that-is-not-there.so.1"], "clock tasks", "apt-get install chronometer");
    private readonly CommandProcess command = new();

    [Fact]
    public void Doctor_TellsTheMachine_InTextAndJson()
    {
        var (code, output, error) = command.Run("doctor", "--json");
        Assert.Equal((0, ""), (code, error));
        var findings = JsonDocument.Parse(output).RootElement;
        Assert.Equal(System.Environment.ProcessorCount, findings.GetProperty("cores").GetInt32());
        Assert.Equal(NumericsInfo.KernelSet.ToString(), findings.GetProperty("kernelSet").GetString());
        Assert.True(findings.GetProperty("fmaPeakGflops").GetDouble() > 0);
        Assert.StartsWith("10.", findings.GetProperty("sdk").GetString());
        Assert.Equal("Release", findings.GetProperty("build").GetString());
        Assert.Contains(NumericsInfo.KernelSet.ToString(), command.Run("doctor").Output);
        Assert.Empty(Directory.GetFileSystemEntries(command.Folder));
    }

    [Fact]
    public void SlowKernels_AreAdvisedOn()
    {
        command.Variables["DOTNET_EnableHWIntrinsic"] = "0";
        var findings = JsonDocument.Parse(command.Run("doctor", "--json").Output).RootElement;
        Assert.Equal("Scalar", findings.GetProperty("kernelSet").GetString());
        Assert.Contains("DOTNET_EnableHWIntrinsic", findings.GetProperty("advice")[0].GetString());
    }

    [Fact]
    public void Advice_IsGivenForWhatIsWrong_AndForNothingElse()
    {
        Assert.Empty(DoctorCommand.Advice(KernelSet.Avx512, Architecture.X64, true, "10.0.100", true, []));
        Assert.Empty(DoctorCommand.Advice(KernelSet.Vector128, Architecture.Arm64, true, "10.0.100", true, []));
        Assert.Equal(5, DoctorCommand.Advice(KernelSet.Vector128, Architecture.X64, false, null, false, [Missing]).Count());
        Assert.Contains("apt-get install chronometer", DoctorCommand.Advice(KernelSet.Avx2, Architecture.X64, true, "10.0.100", true, [Missing]).Single());
    }

    [Fact]
    public void NativePart_IsFoundByItsLibrary()
    {
        Assert.Null(Missing.Find());
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The library is named as on Linux.");
        Assert.Equal("libc.so.6", (Missing with { Libraries = [.. Missing.Libraries, "libc.so.6"] }).Find());
    }

    public void Dispose() => command.Dispose();
}
