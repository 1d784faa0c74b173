using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Bellman.Numerics;

namespace Bellman.Cli;

/// <summary><c>bellman doctor</c>: what this machine offers, what is missing, and what to do about it.</summary>
internal static class DoctorCommand
{
    private const int PeakTrials = 5;

    private static readonly Option<bool> Json = new("--json") { Description = "Print the findings as one line of JSON." };

    public static Command Create()
    {
        var command = new Command("doctor", "Say what this machine offers: kernels, cores, runtime, optional native parts, and what to install.") { Json };
        command.SetAction(Run);
        return command;
    }

    /// <summary>What to do, given what was found: nothing on a machine that is as it should be.</summary>
    public static IEnumerable<string> Advice(KernelSet kernels, Architecture architecture, bool optimized, string? sdk, bool folderIsWritable, IEnumerable<NativePart> missing)
    {
        if (architecture == Architecture.X64 && kernels < KernelSet.Avx2)
        {
            yield return "Training runs without AVX2, several times slower than it could: remove DOTNET_EnableAVX2 and DOTNET_EnableHWIntrinsic from the environment, or, in a virtual machine, pass the host's processor through.";
        }
        else if (kernels == KernelSet.Scalar)
        {
            yield return "Training runs without vector instructions, many times slower than it could: remove DOTNET_EnableHWIntrinsic from the environment.";
        }

        if (!optimized)
        {
            yield return "This is a Debug build, several times slower than Release: add -c Release.";
        }

        if (sdk is null)
        {
            yield return "No .NET SDK was found; it is needed for environments in source files alone. Get it from https://dotnet.microsoft.com/download.";
        }

        if (!folderIsWritable)
        {
            yield return "The current folder cannot be written; runs go to 'runs' inside it unless --out names another.";
        }

        foreach (var part in missing)
        {
            yield return $"{part.Name} is missing; {part.Use} need it: {part.Install}.";
        }
    }

    private static int Run(ParseResult arguments)
    {
        var parts = NativePart.All.Select(part => (Part: part, Found: part.Find())).ToList();
        var sdk = FindSdk();
        var optimized = typeof(Policy).Assembly.GetCustomAttribute<DebuggableAttribute>() is not { IsJITOptimizerDisabled: true };
        var writable = IsWritable(Directory.GetCurrentDirectory());
        var peak = Enumerable.Range(0, PeakTrials).Max(_ => MachineBenchmark.FmaPeakGflops());
        string[] advice = [.. Advice(NumericsInfo.KernelSet, RuntimeInformation.ProcessArchitecture, optimized, sdk, writable, parts.Where(part => part.Found is null).Select(part => part.Part))];
        var findings = new JsonObject
        {
            ["version"] = typeof(Policy).Assembly.GetName().Version!.ToString(3),
            ["system"] = RuntimeInformation.OSDescription,
            ["architecture"] = RuntimeInformation.ProcessArchitecture.ToString(),
            ["runtime"] = RuntimeInformation.FrameworkDescription,
            ["sdk"] = sdk,
            ["build"] = optimized ? "Release" : "Debug",
            ["cores"] = System.Environment.ProcessorCount,
            ["memoryGiB"] = Math.Round(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (double)(1 << 30), 1),
            ["kernelSet"] = NumericsInfo.KernelSet.ToString(),
            ["fmaPeakGflops"] = Math.Round(peak, 1),
            ["cacheFolder"] = SourceBuilder.DefaultCacheFolder,
            ["nativeParts"] = new JsonArray([.. parts.Select(part => new JsonObject { ["name"] = part.Part.Name, ["found"] = part.Found, ["use"] = part.Part.Use, ["install"] = part.Part.Install })]),
            ["advice"] = new JsonArray([.. advice]),
        };
        if (arguments.GetValue(Json))
        {
            Console.Out.WriteLine(findings.ToJsonString());
            return CommandLine.Done;
        }

        Line("Bellman", $"{findings["version"]} ({findings["build"]} build), {findings["runtime"]}");
        Line("System", $"{findings["system"]}, {findings["architecture"]}, {findings["cores"]} cores, {findings["memoryGiB"]} GiB");
        Line("Kernels", string.Create(CultureInfo.InvariantCulture, $"{findings["kernelSet"]}, {peak:0.0} GFLOP/s multiply-add peak of one core"));
        Line("SDK", sdk ?? "not found");
        Line("Native parts", parts.Count == 0 ? "none needed" : string.Join(", ", parts.Select(part => $"{part.Part.Name} {part.Found ?? "missing"}")));
        Line("Built sources", SourceBuilder.DefaultCacheFolder);
        Console.Out.WriteLine();
        Console.Out.WriteLine(advice.Length == 0 ? "Everything is as it should be." : string.Join('\n', advice.Select(text => $"- {text}")));
        return CommandLine.Done;
    }

    private static void Line(string name, string text) => Console.Out.WriteLine($"{name,-14} {text}");

    private static string? FindSdk()
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(SourceBuilder.DotnetHost(), ["--list-sdks"]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            var lines = process.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
            process.WaitForExit();
            return lines.LastOrDefault()?.Split(' ')[0];
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    private static bool IsWritable(string folder)
    {
        try
        {
            var probe = Path.Combine(folder, $".bellman-{System.Environment.ProcessId}");
            using (File.Create(probe, 1, FileOptions.DeleteOnClose))
            {
                return true;
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
