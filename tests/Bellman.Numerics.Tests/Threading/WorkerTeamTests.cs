namespace Bellman.Numerics.Tests.Threading;

public sealed class WorkerTeamTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(9)]
    public void EveryNumber_IsRunOnce_BySpinningAndByParkedHelpers(int count)
    {
        using var team = new WorkerTeam(count);
        var visits = new int[count];
        Action<int> visit = number => visits[number]++;
        for (var round = 0; round < 3000; round++)
        {
            if (round % 500 == 0)
            {
                Thread.Sleep(5);
            }

            team.Run(visit);
        }

        Assert.Equal(count, team.Count);
        Assert.All(visits, times => Assert.Equal(3000, times));
    }

    [Fact]
    public void Workers_RunAtTheSameTime()
    {
        using var team = new WorkerTeam(3);
        using var all = new Barrier(3);
        for (var round = 0; round < 20; round++)
        {
            // A worker that waits for the others takes no second number, so three threads are at work.
            team.Run(_ => Assert.True(all.SignalAndWait(TimeSpan.FromSeconds(30))));
        }
    }

    [Fact]
    public void ExceptionOfTheLowestNumber_IsThrown_AfterAllHaveRun_AndTheTeamGoesOn()
    {
        using var team = new WorkerTeam(4);
        var runs = 0;
        for (var round = 0; round < 200; round++)
        {
            var thrown = Assert.Throws<InvalidOperationException>(() => team.Run(number =>
            {
                Interlocked.Increment(ref runs);
                if (number is 1 or 3)
                {
                    throw new InvalidOperationException($"number {number}");
                }
            }));
            Assert.Equal("number 1", thrown.Message);
        }

        Assert.Equal(800, runs);
        team.Run(_ => Interlocked.Increment(ref runs));
        Assert.Equal(804, runs);
    }

    [Fact]
    public unsafe void ExceptionInRows_ReachesTheCaller()
    {
        using var team = new WorkerTeam(3, sharesProducts: true);
        for (var round = 0; round < 200; round++)
        {
            Assert.Equal("row 2", Assert.Throws<InvalidOperationException>(() => team.Run(6, &ThrowFromTwoOn, null)).Message);
        }

        // Three shares of two rows, or one of all where a late helper made the caller work alone.
        static void ThrowFromTwoOn(void* state, nint start, nint end)
        {
            if (end > 2)
            {
                throw new InvalidOperationException($"row {Math.Max(start, 2)}");
            }
        }
    }

    [Fact]
    public void Run_AllocatesNothing()
    {
        using var team = new WorkerTeam(2);
        var sum = 0;
        Action<int> add = number => Interlocked.Add(ref sum, number);
        team.Run(add);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 200; i++)
        {
            team.Run(add);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(201, sum);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(1025)]
    public void Count_OutOfRange_IsRefused(int count) => Assert.Throws<ArgumentOutOfRangeException>(() => new WorkerTeam(count));
}
