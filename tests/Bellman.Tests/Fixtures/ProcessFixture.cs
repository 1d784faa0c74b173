using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Bellman.Tests;

/// <summary>
/// An environment whose inside runs in another process, this program started once more as a worker that speaks over its standard input and output.
/// The worker is sent a bit and sends back what to see of it; the answer is the bit. Right answers earn 1, so the optimum is 8.
/// </summary>
internal sealed class ProcessFixture : FixtureEnvironment
{
    private const string Switch = "BELLMAN_TESTS_WORKER";

    private readonly Process worker;
    private readonly Stream requests, replies;
    private int bit;

    public ProcessFixture()
        : base(new BoxSpace(-1, 1, 1), new DiscreteSpace(2))
    {
        // By the assembly's name: other test programs have this fixture too, and hand it to the command.
        var program = Path.Combine(AppContext.BaseDirectory, typeof(ProcessFixture).Assembly.GetName().Name + (OperatingSystem.IsWindows() ? ".exe" : ""));
        var start = new ProcessStartInfo(program) { RedirectStandardInput = true, RedirectStandardOutput = true, UseShellExecute = false };
        start.Environment[Switch] = "1";
        worker = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
        (requests, replies) = (worker.StandardInput.BaseStream, worker.StandardOutput.BaseStream);
    }

    protected override void Ask(RowWriter observation)
    {
        bit = Random.Choice(2);
        requests.WriteByte((byte)bit);
        requests.Flush();
        var reply = replies.ReadByte();
        observation.Floats[0] = reply switch
        {
            '-' => -1,
            '+' => 1,
            _ => throw new InvalidOperationException($"The worker has gone (it sent {reply})."),
        };
    }

    protected override double Answer(RowReader action) => action.Integers[0] == bit ? 1 : 0;

    protected override void Dispose(bool disposing)
    {
        // The end of its input ends the worker.
        requests.Dispose();
        if (!worker.WaitForExit(5000))
        {
            worker.Kill();
        }

        worker.Dispose();
    }

    [ModuleInitializer]
    internal static void WorkIfAsked()
    {
        if (Environment.GetEnvironmentVariable(Switch) is null)
        {
            return;
        }

        using (Stream requests = Console.OpenStandardInput(), replies = Console.OpenStandardOutput())
        {
            for (int bit; (bit = requests.ReadByte()) >= 0;)
            {
                replies.WriteByte((byte)(bit == 0 ? '-' : '+'));
                replies.Flush();
            }
        }

        Environment.Exit(0);
    }
}
